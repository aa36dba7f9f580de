/* SPDX-License-Identifier: Apache-2.0 */
#include "texts.h"

/* go-runc takes the first line only with the prefix "runc version ", and looks for the other two;
 * the number there is that of the runc whose command line this is. */
const char text_version[] = "runc version 1.3.0 (xen-runc " XEN_RUNC_VERSION ")\n"
			    "commit: " XEN_RUNC_COMMIT "\n"
			    "spec: 1.2.0\n";

__asm__(".section .rodata\n"
	".global text_features, text_features_end, text_spec, text_spec_end\n"
	"text_features:\n"
	".incbin \"features.json\"\n"
	"text_features_end:\n"
	"text_spec:\n"
	".incbin \"spec.json\"\n"
	"text_spec_end:\n"
	".byte 0\n"
	".previous\n");
