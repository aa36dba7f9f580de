/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Java believes of libxl, held against libxen-dev's headers: a function with another signature
 * does not compile here; names and numbers are printed, a line each, for ProbeIT to compare.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxl.h>
#include <libxl_event.h>
#include <xentoollog.h>

/* The name, and the function with the types that Java gives it. */
#define FUNCTION(result, name, ...)                                                                \
	do {                                                                                       \
		result (*function)(__VA_ARGS__) = name;                                            \
		printf("function %s %d\n", #name, function != NULL);                               \
	} while (0)

#define NUMBER(name, value) printf("number %s %" PRId64 "\n", name, (int64_t)(value))

#define HOW const libxl_asyncop_how *

static void print_documents(void)
{
	FUNCTION(int, libxl_domain_config_from_json, libxl_ctx *, libxl_domain_config *,
		 const char *);
	FUNCTION(char *, libxl_domain_config_to_json, libxl_ctx *, libxl_domain_config *);
	FUNCTION(void, libxl_domain_config_dispose, libxl_domain_config *);
	FUNCTION(int, libxl_device_nic_from_json, libxl_ctx *, libxl_device_nic *, const char *);
	FUNCTION(char *, libxl_device_nic_to_json, libxl_ctx *, libxl_device_nic *);
	FUNCTION(void, libxl_device_nic_dispose, libxl_device_nic *);
	FUNCTION(int, libxl_device_disk_from_json, libxl_ctx *, libxl_device_disk *, const char *);
	FUNCTION(char *, libxl_device_disk_to_json, libxl_ctx *, libxl_device_disk *);
	FUNCTION(void, libxl_device_disk_dispose, libxl_device_disk *);
	FUNCTION(int, libxl_domain_sched_params_from_json, libxl_ctx *, libxl_domain_sched_params *,
		 const char *);
	FUNCTION(char *, libxl_domain_sched_params_to_json, libxl_ctx *,
		 libxl_domain_sched_params *);
	FUNCTION(void, libxl_domain_sched_params_dispose, libxl_domain_sched_params *);
	FUNCTION(void, libxl_dominfo_init, libxl_dominfo *);
	FUNCTION(char *, libxl_dominfo_to_json, libxl_ctx *, libxl_dominfo *);
	FUNCTION(void, libxl_dominfo_dispose, libxl_dominfo *);
}

static void print_sizes(void)
{
	FUNCTION(int, libxl_set_memory_target, libxl_ctx *, uint32_t, int64_t, int, int);
	FUNCTION(int, libxl_set_vcpuonline, libxl_ctx *, uint32_t, libxl_bitmap *, HOW);
	FUNCTION(int, libxl_set_vcpuaffinity_all, libxl_ctx *, uint32_t, unsigned,
		 const libxl_bitmap *, const libxl_bitmap *);
	FUNCTION(int, libxl_domain_sched_params_set, libxl_ctx *, uint32_t,
		 const libxl_domain_sched_params *);
}

static void print_acts(void)
{
	FUNCTION(int, libxl_ctx_alloc, libxl_ctx **, int, unsigned, xentoollog_logger *);
	FUNCTION(int, libxl_ctx_free, libxl_ctx *);
	FUNCTION(void, libxl_childproc_setmode, libxl_ctx *, const libxl_childproc_hooks *, void *);
	FUNCTION(int, libxl_domain_create_new, libxl_ctx *, libxl_domain_config *, uint32_t *, HOW,
		 const libxl_asyncprogress_how *);
	FUNCTION(int, libxl_domain_unpause, libxl_ctx *, uint32_t, HOW);
	FUNCTION(int, libxl_domain_pause, libxl_ctx *, uint32_t, HOW);
	FUNCTION(int, libxl_domain_destroy, libxl_ctx *, uint32_t, HOW);
	FUNCTION(int, libxl_domain_info, libxl_ctx *, libxl_dominfo *, uint32_t);
	FUNCTION(libxl_vminfo *, libxl_list_vm, libxl_ctx *, int *);
	FUNCTION(void, libxl_vminfo_list_free, libxl_vminfo *, int);
	FUNCTION(int, libxl_device_nic_add, libxl_ctx *, uint32_t, libxl_device_nic *, HOW);
	FUNCTION(int, libxl_device_nic_remove, libxl_ctx *, uint32_t, libxl_device_nic *, HOW);
	FUNCTION(int, libxl_domain_need_memory, libxl_ctx *, libxl_domain_config *, uint32_t,
		 uint64_t *);
	FUNCTION(int, libxl_get_free_memory, libxl_ctx *, uint64_t *);
	FUNCTION(xentoollog_logger_stdiostream *, xtl_createlogger_stdiostream, FILE *,
		 xentoollog_level, unsigned);
	FUNCTION(void, xtl_logger_destroy, struct xentoollog_logger *);
	FUNCTION(FILE *, fopen, const char *, const char *);
	FUNCTION(int, fclose, FILE *);
	FUNCTION(void, free, void *);
}

static void print_numbers(void)
{
	NUMBER("LIBXL_VERSION", LIBXL_VERSION);
	NUMBER("SELECTIVE_REAP", libxl_sigchld_owner_libxl_always_selective_reap);
	NUMBER("HOOKS_SIZE", sizeof(libxl_childproc_hooks));
	NUMBER("hooks.chldowner", offsetof(libxl_childproc_hooks, chldowner));
	NUMBER("VMINFO_SIZE", sizeof(libxl_vminfo));
	NUMBER("VMINFO_DOMID", offsetof(libxl_vminfo, domid));
	NUMBER("BITMAP_SIZE", sizeof(libxl_bitmap));
	NUMBER("BITMAP_MAP", offsetof(libxl_bitmap, map));
	NUMBER("sizeof(libxl_domain_sched_params)", sizeof(libxl_domain_sched_params));
	NUMBER("sizeof(libxl_domain_config)", sizeof(libxl_domain_config));
	NUMBER("sizeof(libxl_device_nic)", sizeof(libxl_device_nic));
	NUMBER("sizeof(libxl_device_disk)", sizeof(libxl_device_disk));
	NUMBER("sizeof(libxl_dominfo)", sizeof(libxl_dominfo));
	NUMBER("XTL_INFO", XTL_INFO);
	NUMBER("XTL_STDIOSTREAM_SHOW_DATE", XTL_STDIOSTREAM_SHOW_DATE);
	NUMBER("XTL_STDIOSTREAM_HIDE_PROGRESS", XTL_STDIOSTREAM_HIDE_PROGRESS);
}

static void print_enums(void)
{
	for (int error = -1; error > -64; error--) {
		const char *name = libxl_error_to_string(error);

		if (name)
			printf("error %s %d\n", name, error);
	}
	for (int reason = 0; reason < 64; reason++) {
		const char *name = libxl_shutdown_reason_to_string(reason);

		if (name)
			printf("reason %s %d\n", name, reason);
	}
}

int main(void)
{
	print_documents();
	print_sizes();
	print_acts();
	print_numbers();
	print_enums();
	return 0;
}
