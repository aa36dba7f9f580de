// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** How the kernel schedules a process (config.md "scheduler"); sched_setattr(2) explains each. */
public record Scheduler(
    String policy,
    int nice,
    int priority,
    List<String> flags,
    BigInteger runtime,
    BigInteger deadline,
    BigInteger period) {
  /** linux/sched.h. */
  private static final Map<String, Integer> POLICIES =
      Map.of(
          "SCHED_OTHER", 0,
          "SCHED_FIFO", 1,
          "SCHED_RR", 2,
          "SCHED_BATCH", 3,
          "SCHED_ISO", 4,
          "SCHED_IDLE", 5,
          "SCHED_DEADLINE", 6);

  private static final Map<String, Integer> FLAGS =
      Map.of(
          "SCHED_FLAG_RESET_ON_FORK", 0x01,
          "SCHED_FLAG_RECLAIM", 0x02,
          "SCHED_FLAG_DL_OVERRUN", 0x04,
          "SCHED_FLAG_KEEP_POLICY", 0x08,
          "SCHED_FLAG_KEEP_PARAMS", 0x10,
          "SCHED_FLAG_UTIL_CLAMP_MIN", 0x20,
          "SCHED_FLAG_UTIL_CLAMP_MAX", 0x40);

  private static final int NICE_MIN = -20;
  private static final int NICE_MAX = 19;
  private static final int TIME_BITS = 64;

  public Scheduler {
    policy = policy == null ? "" : policy;
    flags = Lists.copy(flags);
    runtime = runtime == null ? BigInteger.ZERO : runtime;
    deadline = deadline == null ? BigInteger.ZERO : deadline;
    period = period == null ? BigInteger.ZERO : period;
  }

  /** Follows runc (libcontainer/configs/validate, scheduler), and its words. */
  void check() {
    if (policy.isEmpty()) {
      throw new BundleException("scheduler policy is required");
    }
    if (!POLICIES.containsKey(policy)) {
      throw new BundleException("invalid scheduler policy: " + policy);
    }
    boolean usual = policy.equals("SCHED_OTHER") || policy.equals("SCHED_BATCH");
    if (usual && (nice < NICE_MIN || nice > NICE_MAX)) {
      throw new BundleException(
          "invalid scheduler.nice: " + nice + " when scheduler.policy is " + policy);
    }
    if (priority != 0 && !policy.equals("SCHED_FIFO") && !policy.equals("SCHED_RR")) {
      throw new BundleException(
          "scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
    }
    List<BigInteger> times = List.of(runtime, deadline, period);
    if (!policy.equals("SCHED_DEADLINE") && !times.stream().allMatch(time -> time.signum() == 0)) {
      throw new BundleException(
          "scheduler runtime/deadline/period can only be specified for SchedDeadline policy");
    }
    if (times.stream().anyMatch(time -> time.signum() < 0 || time.bitLength() > TIME_BITS)) {
      throw new BundleException("scheduler runtime/deadline/period do not fit 64 bits");
    }
    for (String flag : flags) {
      if (!FLAGS.containsKey(flag)) {
        throw new BundleException("invalid scheduler flag: " + flag);
      }
    }
  }

  /** The kernel's number of the policy, which {@link #check} has found to be one. */
  public int policyNumber() {
    return POLICIES.getOrDefault(policy, 0);
  }

  /** The kernel's numbers of the flags. */
  public long flagNumbers() {
    return flags.stream().mapToLong(flag -> FLAGS.getOrDefault(flag, 0)).sum();
  }
}
