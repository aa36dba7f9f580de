# SPDX-License-Identifier: Apache-2.0
# xen-runc's front door. Each target calls the tool that does the work.

# The one place that says it; CHANGELOG.md has its heading.
VERSION := $(shell sed -n "1s/.*(\(.*\)).*/\1/p" debian/changelog)
DESTDIR :=
PREFIX := /usr/local
SYSCONFDIR := /etc
BUILD := $(CURDIR)/build
LIBEXEC := $(DESTDIR)$(PREFIX)/lib/xen-runc
MAN := $(DESTDIR)$(PREFIX)/share/man
COMPLETIONS := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
MODULES := $(DESTDIR)$(PREFIX)/lib/modules-load.d
MODPROBE := $(DESTDIR)$(PREFIX)/lib/modprobe.d
MVN := mvn -q -B
export VERSION

.PHONY: all guest kernel native java install deb deps demo check check-lab check-native bench fuzz test format clean \
	test-c test-wire test-guest test-host test-fileserver bench-fileserver

all: guest kernel native java

guest native test-c test-wire test-guest test-host test-fileserver bench-fileserver:
	@$(MAKE) -s $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc)) -f programs.mk $@

kernel:
	@kernel-config/build.sh $(BUILD)/guest/vmlinux

java:
	@$(MVN) -DskipTests package

install: all
	install -d $(LIBEXEC) $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(SYSCONFDIR)/xen-runc
	install -m 0755 $(BUILD)/native/xen-runc $(DESTDIR)$(PREFIX)/sbin/xen-runc
	install -m 0755 $(BUILD)/native/monitor $(BUILD)/native/session $(BUILD)/native/fileserver $(BUILD)/native/xen-hotplug \
		$(BUILD)/native/seccomp $(BUILD)/native/systemd-scope $(addprefix runtime/src/main/sh/,engine make-cds check) $(LIBEXEC)
	install -m 0644 $(BUILD)/guest/vmlinux $(BUILD)/guest/vmlinux-admin $(BUILD)/guest/initramfs.cpio $(LIBEXEC)
	rm -f $(LIBEXEC)/*.jar $(LIBEXEC)/engine.jsa
	install -m 0644 -p runtime/target/lib/*.jar runtime/target/xen-runc-runtime.jar $(LIBEXEC)
	install -m 0644 runtime/target/jni/x86_64-Linux/libjffi-1.2.so $(LIBEXEC)
	[ -e $(DESTDIR)$(SYSCONFDIR)/xen-runc/config.toml ] || \
		install -m 0644 runtime/src/main/etc/config.toml $(DESTDIR)$(SYSCONFDIR)/xen-runc/config.toml
	install -d $(MODULES) $(MODPROBE) $(COMPLETIONS)
	install -m 0644 runtime/src/main/etc/modules-load.conf $(MODULES)/xen-runc.conf
	install -m 0644 runtime/src/main/etc/modprobe.conf $(MODPROBE)/xen-runc.conf
	runtime/src/main/sh/make-completion $(BUILD)/native/xen-runc >$(COMPLETIONS)/xen-runc
	install -d $(MAN)/man5 $(MAN)/man8
	install -m 0644 docs/man/*.5 $(MAN)/man5
	install -m 0644 docs/man/*.8 $(MAN)/man8
	install -d $(DESTDIR)$(PREFIX)/share/xen-runc
	cat $(DESTDIR)$(PREFIX)/sbin/xen-runc $(LIBEXEC)/monitor $(LIBEXEC)/session $(LIBEXEC)/fileserver $(LIBEXEC)/*.jar | \
		sha256sum | cut -c 1-16 >$(DESTDIR)$(PREFIX)/share/xen-runc/build-id
	[ -n "$(DESTDIR)" ] || $(LIBEXEC)/make-cds

# build/xen-runc_VERSION_amd64.deb, without the source package that dpkg-buildpackage would make besides. The files keep
# their times, by which a JVM sees that its class archive is of other jars; dpkg-buildpackage gives all of them the day of
# the release.
deb:
	@dh_clean && SOURCE_DATE_EPOCH=$$(date +%s) debian/rules binary

deps:
	@src/test/deps

demo: deps
	@src/test/lab/demo

check: deps
	@src/test/check native lab-core

check-native:
	@src/test/check native

check-lab: deps
	@src/test/check lab

bench: deps
	@src/test/lab/bench

# Every parser of a guest's bytes, ten minutes each.
fuzz: deps
	@$(MAKE) -s -f programs.mk fuzz FUZZ_SECONDS=600

# One test of any kind, with what it needs built first: make test T=guest_test, T=SpecValidatorTest,
# T='exec.bats no_new_privs', T='lab a published port'. See docs/developing.md.
test:
	@src/test/one $(T)

format:
	@src/test/format --write

clean:
	rm -rf build */target src/test/target
