package dev.xenrunc.oci;

import java.util.List;
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

  /** One program to run; the timeout is in seconds. */
  public record Hook(String path, List<String> args, List<String> env, @Nullable Integer timeout) {
    public Hook {
      path = path == null ? "" : path;
      args = Lists.copy(args);
      env = Lists.copy(env);
    }
  }
}
