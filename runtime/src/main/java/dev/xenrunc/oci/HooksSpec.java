// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The hooks of every kind, each list in the order in which they run. */
public record HooksSpec(
    List<Hook> prestart,
    List<Hook> createRuntime,
    List<Hook> createContainer,
    List<Hook> startContainer,
    List<Hook> poststart,
    List<Hook> poststop) {
  static final HooksSpec NONE =
      new HooksSpec(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public HooksSpec {
    prestart = Lists.copy(prestart);
    createRuntime = Lists.copy(createRuntime);
    createContainer = Lists.copy(createContainer);
    startContainer = Lists.copy(startContainer);
    poststart = Lists.copy(poststart);
    poststop = Lists.copy(poststop);
  }

  /** The hooks of all kinds. */
  Stream<Hook> all() {
    return Stream.of(prestart, createRuntime, createContainer, startContainer, poststart, poststop)
        .flatMap(List::stream);
  }

  /** The same; the createContainer hooks without an environment of their own have this one. */
  public HooksSpec inEnvironment(List<String> environment) {
    List<Hook> hooks =
        createContainer.stream().map(hook -> hook.inEnvironment(environment)).toList();
    return new HooksSpec(prestart, createRuntime, hooks, startContainer, poststart, poststop);
  }

  /**
   * One program to run.
   *
   * @param env absent for the environment of who runs it
   * @param timeout in seconds, 49 days at most
   */
  public record Hook(
      String path, List<String> args, @Nullable List<String> env, @Nullable Integer timeout) {
    /** Its milliseconds fit 32 bits, as the protocol wants them. */
    private static final int TIMEOUT_MAX = 4_294_967;

    public Hook {
      timeout = timeout == null ? null : Math.min(timeout, TIMEOUT_MAX);
      path = path == null ? "" : path;
      args = Lists.copy(args);
      env = env == null ? null : Lists.copy(env);
    }

    private Hook inEnvironment(List<String> environment) {
      return env == null ? new Hook(path, args, environment, timeout) : this;
    }
  }
}
