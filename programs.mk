# SPDX-License-Identifier: Apache-2.0
# Everything in C: the programs of host and guest, their tests and fuzzers. The Makefile calls it from the tree's top.
#
#   make -f programs.mk guest native      the programs
#   make -f programs.mk test-c            every C test; test-wire, test-guest, test-host, test-fileserver one room's
#   make -f programs.mk test-guest T=mounts_test   one program of a room's
#   make -f programs.mk fuzz FUZZ_SECONDS=600
#   make -f programs.mk analyze            gcc's static analysis of what is installed
#
# Each source is compiled once a kind of build, and again when it or a header that it includes has changed.

include c.mk

BUILD := build
VERSION ?= 0.0.0
FUZZ_SECONDS ?= 15
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

OBJ := $(BUILD)/c
GUEST := $(BUILD)/guest
NATIVE := $(BUILD)/native
TESTS := $(BUILD)/test

WIRE := initramfs/wire
MAIN := runtime/src/main/c
TEST := runtime/src/test/c

.PHONY: guest native test-c test-wire test-guest test-host test-fileserver bench-fileserver fuzz analyze
.DELETE_ON_ERROR:

guest: $(GUEST)/initramfs.cpio $(GUEST)/agent
native: $(addprefix $(NATIVE)/,xen-runc monitor session fileserver xen-hotplug seccomp systemd-scope)

# One after the other, whatever -j says: they share the machine's two processors with what they measure.
test-c:
	@for room in wire guest host fileserver; do $(MAKE) -s -f programs.mk test-$$room || exit; done

# Kinds of build: static against musl for what is installed, but for what needs a library of Debian's (glibc); with
# sanitizers for the tests (checked), without anything for what measures (plain), for libFuzzer (fuzzed), and for gcc to
# analyse (analyzed).

KINDS := static glibc checked plain fuzzed analyzed
static := $(CC) $(CFLAGS)
glibc := gcc $(CFLAGS)
checked := $(TEST_CC) $(TEST_CFLAGS)
plain := $(TEST_CC) -O2 $(filter-out -O1 -fsanitize=% -fno-sanitize-recover=all,$(TEST_CFLAGS))
fuzzed := $(FUZZ_CC) $(FUZZ_CFLAGS)
analyzed := gcc $(CFLAGS) -fanalyzer

define kind
$(OBJ)/$(1)/%.o: %.c c.mk programs.mk
	@mkdir -p $$(@D)
	$$($(1)) -D_GNU_SOURCE $$(FLAGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach k,$(KINDS),$(eval $(call kind,$(k))))

# $(call folder,FOLDER,FLAGS): how the sources of that folder are compiled, besides the kind's flags.
define folder
$(foreach k,$(KINDS),$(eval $(OBJ)/$(k)/$(1)/%.o: FLAGS := $(2)))
endef
$(call folder,$(WIRE),-I$(WIRE))
$(call folder,$(WIRE)/tests,-I$(WIRE) -I$(WIRE)/tests)
$(call folder,$(WIRE)/fuzz,-I$(WIRE))
$(call folder,initramfs,$(foreach room,agent child wire,-Iinitramfs/$(room)))
$(call folder,initramfs/tests,-I$(WIRE) -I$(WIRE)/tests -Iinitramfs/agent)
$(call folder,$(MAIN)/host,-I$(MAIN)/host -I$(WIRE))
PARTS := launcher monitor session fileserver hotplug seccomp scope
$(foreach part,$(PARTS),$(call folder,$(MAIN)/$(part),-I$(MAIN)/$(part) -I$(MAIN)/host -I$(WIRE)))
PEERS := $(foreach folder,$(TEST)/peers $(MAIN)/host $(WIRE) $(WIRE)/tests,-I$(folder))
TREE := $(abspath $(TESTS)/usr)
$(call folder,$(TEST),$(PEERS) -DSANITIZED -DTREE='"$(TREE)"' -DMONITOR_PROGRAM='"$(TREE)/lib/xen-runc/monitor"')
$(foreach part,hotplug seccomp,$(call folder,$(TEST)/$(part),$(PEERS) -I$(MAIN)/$(part)))
# IN() in messages_test.c leaves out what is zero; -Wconversion is for what a guest can reach.
$(call folder,$(TEST)/fileserver,-I$(WIRE) -I$(MAIN)/fileserver -Wno-conversion -Wno-missing-field-initializers)

$(OBJ)/checked/$(MAIN)/fileserver/%.o: FLAGS += -Wno-conversion
$(OBJ)/fuzzed/$(TEST)/monitor/%.o: FLAGS := -I$(MAIN)/monitor -I$(MAIN)/host -I$(WIRE)
$(foreach k,$(KINDS),$(eval $(OBJ)/$(k)/$(MAIN)/launcher/texts.o: FLAGS += -DXEN_RUNC_VERSION='"$(VERSION)"' -DXEN_RUNC_COMMIT='"$(COMMIT)"'))
$(foreach k,$(KINDS),$(eval $(OBJ)/$(k)/$(MAIN)/launcher/help.o: FLAGS += -DXEN_RUNC_VERSION='"$(VERSION)"'))
$(KINDS:%=$(OBJ)/%/$(MAIN)/launcher/texts.o): $(MAIN)/launcher/features.json $(MAIN)/launcher/spec.json

# The C that several programs share, compiled once a kind.

# $(call objects,KIND,SOURCES)
objects = $(patsubst %.c,$(OBJ)/$(1)/%.o,$(2))
# $(call shared,KIND): what a program of the host links besides its own folder.
shared = $(OBJ)/$(1)/libhost.a $(OBJ)/$(1)/libwire.a

define libraries
$(OBJ)/$(1)/libwire.a: $(call objects,$(1),$(wildcard $(WIRE)/*.c))
$(OBJ)/$(1)/libhost.a: $(call objects,$(1),$(wildcard $(MAIN)/host/*.c))
$(OBJ)/$(1)/lib%.a:
	@rm -f $$@
	$(AR) rcs $$@ $$^
endef
$(foreach k,$(KINDS),$(eval $(call libraries,$(k))))

# $(call program,FILE,KIND,SOURCES,LIBRARIES,LINKER'S FLAGS)
define program
$(1): $(call objects,$(2),$(3)) $(4)
	@mkdir -p $$(@D)
	$($(2)) $(if $(filter static glibc,$(2)),$(LDFLAGS)) -o $$@ $$(filter %.o %.a,$$^) $(5)
endef
build = $(eval $(call program,$(1),$(2),$(3),$(4),$(5)))
part = $(wildcard $(MAIN)/$(1)/*.c)

# The guest's one program, and the initramfs that holds it. Under the name agent it is the agent alone, for native tests.

GUEST_SOURCES := $(wildcard initramfs/*.c initramfs/agent/*.c initramfs/child/*.c)
$(call build,$(GUEST)/init,static,$(GUEST_SOURCES),$(OBJ)/static/libwire.a)
$(call build,$(TESTS)/agent,checked,$(GUEST_SOURCES),$(OBJ)/checked/libwire.a)

$(GUEST)/agent: $(GUEST)/init
	ln -sf init $@

$(GUEST)/initramfs.cpio: $(GUEST)/init initramfs/mkinitramfs.sh
	initramfs/mkinitramfs.sh $(GUEST)/init $@

# dom0's programs. seccomp is against glibc, because Debian's libseccomp.a is built for it (__fprintf_chk and others are
# not in musl), and static all the same, so that one build runs on Debian 12 and 13. systemd-scope alone is not static,
# because sd-bus is only a shared library.

$(call build,$(NATIVE)/xen-runc,static,$(call part,launcher),$(call shared,static))
$(call build,$(NATIVE)/monitor,static,$(call part,monitor),$(call shared,static))
$(call build,$(NATIVE)/session,static,$(call part,session),$(call shared,static))
$(call build,$(NATIVE)/fileserver,static,$(call part,fileserver),$(call shared,static))
$(call build,$(NATIVE)/xen-hotplug,static,$(call part,hotplug),$(call shared,static))
$(call build,$(NATIVE)/seccomp,glibc,$(call part,seccomp),$(call shared,glibc),-lseccomp)

$(NATIVE)/systemd-scope: $(call objects,glibc,$(call part,scope))
	@mkdir -p $(@D)
	gcc -o $@ $^ -lsystemd -s

# Tests: RUNNER runs programs and adds up their closing lines.

RUNNER := $(WIRE)/tests/run
HARNESS := $(call objects,checked,$(WIRE)/tests/test.c)
# $(call tests,FOLDER,SOURCES THAT EACH TEST SHARES,LIBRARIES,LINKER'S FLAGS): builds FOLDER/*_test.c.
# $(call tested,FOLDER) are those programs, or the one that T names.
tests = $(foreach source,$(wildcard $(1)/*_test.c),$(call build,$(source:%.c=$(TESTS)/%),checked,$(source) $(2),$(HARNESS) $(3),$(4)))
tested = $(patsubst %.c,$(TESTS)/%,$(wildcard $(1)/$(or $(T),*_test).c))

$(call tests,$(WIRE)/tests,,$(OBJ)/checked/libwire.a)

test-wire: $(call tested,$(WIRE)/tests)
	@$(RUNNER) $^

# The agent's tests: the real program over a socketpair, with the real file server behind it.
$(call tests,initramfs/tests,$(addprefix initramfs/,tests/guest.c tests/orders.c agent/device_program.c agent/bpf.c),$(OBJ)/checked/libwire.a)

test-guest: $(call tested,initramfs/tests) $(GUEST)/agent $(TESTS)/agent $(NATIVE)/fileserver
	@FILESERVER=$(abspath $(NATIVE)/fileserver) AGENT=$(abspath $(GUEST)/agent) $(RUNNER) $(call tested,initramfs/tests)
	@echo "the same with sanitizers:"
	@FILESERVER=$(abspath $(NATIVE)/fileserver) AGENT=$(abspath $(TESTS)/agent) ASAN_OPTIONS=detect_leaks=0 $(RUNNER) $(call tested,initramfs/tests)

# Tests of the launcher and the monitor: the real programs, built with sanitizers, between peers that the tests play.
# Needs root: every test program makes itself a room of namespaces.
SANITIZER := $(call objects,checked,$(TEST)/peers/sanitizer.c)
PEERS_SHARED := $(wildcard $(TEST)/peers/*.c)
HOST_ROOMS := $(addprefix $(TEST)/,monitor session launcher scope hotplug seccomp)
$(call build,$(TREE)/sbin/xen-runc,checked,$(call part,launcher),$(SANITIZER) $(call shared,checked))
$(call build,$(TREE)/lib/xen-runc/monitor,checked,$(call part,monitor),$(SANITIZER) $(call shared,checked))
$(call build,$(TREE)/lib/xen-runc/session,checked,$(call part,session),$(SANITIZER) $(call shared,checked))
$(call build,$(TREE)/lib/xen-runc/fileserver,checked,$(TEST)/monitor/fake_fileserver.c $(PEERS_SHARED),$(HARNESS) $(call shared,checked))
$(call build,$(TREE)/lib/xen-runc/engine,checked,$(TEST)/launcher/fake_engine.c $(TEST)/launcher/caller.c $(PEERS_SHARED),$(HARNESS) $(call shared,checked))
TREE_PROGRAMS := $(TREE)/sbin/xen-runc $(addprefix $(TREE)/lib/xen-runc/,monitor session fileserver engine systemd-scope)

$(TREE)/lib/xen-runc/systemd-scope: $(NATIVE)/systemd-scope
	@mkdir -p $(@D)
	cp $< $@

$(call tests,$(TEST)/monitor,$(TEST)/monitor/rig.c $(PEERS_SHARED),$(call shared,checked))
$(call tests,$(TEST)/session,$(PEERS_SHARED),$(call shared,checked))
$(call tests,$(TEST)/launcher,$(TEST)/launcher/caller.c $(PEERS_SHARED),$(call shared,checked))
$(call tests,$(TEST)/scope,$(PEERS_SHARED),$(call shared,checked),-lsystemd)
$(call tests,$(TEST)/hotplug,$(filter-out %/main.c,$(call part,hotplug)),$(call shared,checked))
$(call tests,$(TEST)/seccomp,$(filter-out %/main.c,$(call part,seccomp)),$(call shared,checked),-lseccomp)

test-host: $(foreach room,$(HOST_ROOMS),$(call tested,$(room))) $(TREE_PROGRAMS)
	@$(RUNNER) $(foreach room,$(HOST_ROOMS),$(call tested,$(room)))

# Tests of the file server: a real kernel's FUSE on the real program, and raw messages.
FILESERVER_TESTS := $(TESTS)/$(TEST)/fileserver
IN_TREE := names contents attributes coherence edges
AS_PEER := messages server
in_fileserver = $(foreach source,$(1),$(TEST)/fileserver/$(source).c)
$(foreach test,$(IN_TREE),$(call build,$(FILESERVER_TESTS)/$(test)-test,checked,$(call in_fileserver,$(test)_test suite tree)))
$(foreach test,$(AS_PEER),$(call build,$(FILESERVER_TESTS)/$(test)-test,checked,$(call in_fileserver,$(test)_test peer suite tree),$(OBJ)/checked/libwire.a))
$(call build,$(FILESERVER_TESTS)/mount-exports,plain,$(call in_fileserver,mount_exports),$(OBJ)/plain/libwire.a)
$(call build,$(FILESERVER_TESTS)/bench,plain,$(call in_fileserver,bench tree suite))
$(call build,$(FILESERVER_TESTS)/fileserver,checked,$(call part,fileserver),$(call shared,checked))
FILESERVER_PROGRAMS := $(NATIVE)/fileserver $(addprefix $(FILESERVER_TESTS)/,$(IN_TREE:%=%-test) $(AS_PEER:%=%-test) \
	mount-exports fileserver)

test-fileserver: $(FILESERVER_PROGRAMS)
	@$(TEST)/fileserver/run.sh $(abspath $(NATIVE)/fileserver) $(abspath $(FILESERVER_TESTS)) $(T:%_test=%)

bench-fileserver: $(FILESERVER_PROGRAMS) $(FILESERVER_TESTS)/bench
	@$(TEST)/fileserver/bench.sh $(abspath $(NATIVE)/fileserver) $(abspath $(FILESERVER_TESTS))

# Fuzzers: every parser of a guest's bytes, FUZZ_SECONDS each.

FUZZERS := $(BUILD)/fuzz
$(call build,$(FUZZERS)/frame_fuzz,fuzzed,$(WIRE)/fuzz/frame_fuzz.c,$(OBJ)/fuzzed/libwire.a)
$(call build,$(FUZZERS)/vchan_ring_fuzz,fuzzed,$(WIRE)/fuzz/vchan_ring_fuzz.c,$(OBJ)/fuzzed/libwire.a)
# The monitor's half that faces the guest, without what makes it a process of its own.
$(call build,$(FUZZERS)/guest_fuzz,fuzzed,$(TEST)/monitor/guest_fuzz.c \
	$(filter-out %/main.c %/setup.c %/loop.c,$(call part,monitor)),$(call shared,fuzzed))
# All of the file server but its start.
$(call build,$(FUZZERS)/fileserver_fuzz,fuzzed,$(TEST)/fileserver/fuzz.c \
	$(filter-out %/main.c %/worker.c,$(call part,fileserver)),$(call shared,fuzzed))

fuzz: $(addprefix $(FUZZERS)/,frame_fuzz vchan_ring_fuzz guest_fuzz fileserver_fuzz)
	@$(WIRE)/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)/corpus $(addprefix $(FUZZERS)/,frame_fuzz vchan_ring_fuzz guest_fuzz)
	@$(TEST)/fileserver/fuzz.sh $(FUZZERS)/fileserver_fuzz $(FUZZ_SECONDS)

# Static analysis: gcc follows the paths through each function of what is installed. It writes object files, so that
# what has not changed is not analysed again.

ANALYZED := $(wildcard initramfs/*.c initramfs/agent/*.c initramfs/child/*.c $(WIRE)/*.c) $(foreach room,host $(PARTS),$(call part,$(room)))
analyze: $(call objects,analyzed,$(ANALYZED))
# place_set() gives the name to a node, which the table holds; the analyzer does not follow it there.
$(OBJ)/analyzed/$(MAIN)/fileserver/node.o: FLAGS += -Wno-analyzer-malloc-leak

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
