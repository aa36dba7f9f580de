// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks whether Docker and containerd, if they are installed, know the runtime. */
public final class CallerCheck {
  private static final String DOCKER_FILE = "/etc/docker/daemon.json";
  private static final String CONTAINERD_FILE = "/etc/containerd/config.toml";
  private static final Pattern BINARY_NAME =
      Pattern.compile("^\\s*BinaryName\\s*=\\s*[\"'](.*xen-runc.*)[\"']", Pattern.MULTILINE);
  private static final List<String> SERVICE_PATH =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin");
  private static final JsonMapper JSON = new JsonMapper();

  private final HostTree host;
  private final String launcher;

  /**
   * @param root where the host's files are
   * @param launcher the absolute path of xen-runc
   */
  public CallerCheck(Path root, Path launcher) {
    host = new HostTree(root);
    this.launcher = launcher.toString();
  }

  /** Everything: nothing for what is not installed. */
  public List<Finding> findings() {
    List<Finding> all = new ArrayList<>();
    if (host.has("/usr/bin/dockerd") || host.has("/usr/sbin/dockerd")) {
      all.add(docker());
    }
    containerd().ifPresent(all::add);
    return all;
  }

  private Finding docker() {
    String entry = "{\"runtimes\": {\"xen\": {\"path\": \"" + launcher + "\"}}}";
    String remedy = "have " + entry + " in it, then systemctl reload docker";
    JsonNode runtimes;
    try {
      runtimes = JSON.readTree(host.text(DOCKER_FILE).orElse("{}")).path("runtimes");
    } catch (JsonProcessingException e) {
      return Finding.wrong("Docker", DOCKER_FILE + ": " + e.getOriginalMessage(), remedy);
    }
    String broken = null;
    for (var runtime : runtimes.properties()) {
      JsonNode options = runtime.getValue().path("options");
      String named = runtime.getValue().path("path").asText();
      String path = program(named.isEmpty() ? options.path("BinaryName").asText() : named);
      if (!path.contains("xen-runc")) {
        continue;
      }
      if (isProgram(path)) {
        return Finding.right("Docker", "docker run --runtime=" + runtime.getKey());
      }
      broken = path;
    }
    return Finding.wrong(
        "Docker",
        broken == null
            ? DOCKER_FILE + " has no runtime with the path " + launcher
            : DOCKER_FILE + " names " + broken + ", which is no program",
        remedy);
  }

  /** Its configuration is needed for Kubernetes alone, so only what is there is judged. */
  private Optional<Finding> containerd() {
    Matcher matcher = BINARY_NAME.matcher(host.text(CONTAINERD_FILE).orElse(""));
    if (!matcher.find()) {
      return Optional.empty();
    }
    String path = program(matcher.group(1));
    return Optional.of(
        isProgram(path)
            ? Finding.right("containerd", CONTAINERD_FILE + " names " + path)
            : Finding.wrong(
                "containerd",
                CONTAINERD_FILE + " names " + path + ", which is no program",
                "write BinaryName = \"" + launcher + "\", then systemctl restart containerd"));
  }

  /** What a daemon runs by that name: a bare one is looked for where systemd's services do. */
  private String program(String name) {
    if (name.isEmpty() || name.contains("/")) {
      return name;
    }
    return SERVICE_PATH.stream()
        .map(directory -> directory + "/" + name)
        .filter(this::isProgram)
        .findFirst()
        .orElse(name);
  }

  private boolean isProgram(String path) {
    return path.startsWith("/") && Files.isExecutable(host.at(path));
  }
}
