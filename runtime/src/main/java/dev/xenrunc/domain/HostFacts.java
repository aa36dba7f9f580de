package dev.xenrunc.domain;

/** What the planner must know of the host. */
public record HostFacts(int processors) {}
