# One static program: PROGRAM from the sources of its folder, ../host and WIRE_SOURCES of the wire.
# DEFINES are for its own sources only. LIBS are libraries beside the C library.

TOP := ../../../../..
include $(TOP)/c.mk

BUILD ?= $(TOP)/build/native
WIRE := $(TOP)/initramfs/wire
HOST := ../host
OBJ := $(BUILD)/$(PROGRAM).o.d

SOURCES := $(wildcard *.c)
HOST_SOURCES := $(wildcard $(HOST)/*.c)
OBJECTS := $(SOURCES:%.c=$(OBJ)/%.o) $(HOST_SOURCES:$(HOST)/%.c=$(OBJ)/host-%.o) \
	$(WIRE_SOURCES:%.c=$(OBJ)/wire-%.o)
HEADERS := $(wildcard *.h) $(wildcard $(HOST)/*.h) $(wildcard $(WIRE)/*.h)
RECIPES := $(TOP)/c.mk ../part.mk Makefile
INCLUDES := -D_GNU_SOURCE -I. -I$(HOST) -I$(WIRE)

.PHONY: all

all: $(BUILD)/$(PROGRAM)

$(BUILD)/$(PROGRAM): $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(OBJ)/%.o: %.c $(HEADERS) $(RECIPES) $(EXTRA) | $(OBJ)
	$(CC) $(CFLAGS) $(INCLUDES) $(DEFINES) -c -o $@ $<

$(OBJ)/host-%.o: $(HOST)/%.c $(HEADERS) $(RECIPES) | $(OBJ)
	$(CC) $(CFLAGS) $(INCLUDES) -c -o $@ $<

$(OBJ)/wire-%.o: $(WIRE)/%.c $(HEADERS) $(RECIPES) | $(OBJ)
	$(CC) $(CFLAGS) $(INCLUDES) -c -o $@ $<

$(OBJ):
	mkdir -p $@
