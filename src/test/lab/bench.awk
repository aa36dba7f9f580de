# Reads "figure value" lines and prints the medians, then the ratios that docs/performance.md quotes.

{ values[$1] = values[$1] " " $2; count[$1]++; if (!($1 in seen)) { seen[$1] = ++figures; name[figures] = $1 } }

function median(figure,    sorted, n, i, j, swap) {
  n = split(values[figure], sorted, " ")
  for (i = 1; i < n; i++)
    for (j = i + 1; j <= n; j++)
      if (sorted[j] + 0 < sorted[i] + 0) { swap = sorted[i]; sorted[i] = sorted[j]; sorted[j] = swap }
  return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function ratio(figure) { return sprintf("%.2f", median(figure "-xen") / median(figure "-runc")) }

function throughput(figure) { return sprintf("%.2f", median(figure "-runc") / median(figure "-xen")) }

function row(text, value, unit) { printf "%-66s %10s %s\n", text, value, unit }

END {
  for (i = 1; i <= figures; i++)
    row(name[i] " (median of " count[name[i]] ")", median(name[i]), name[i] ~ /^(pss|mem|domain-memory)/ ? "KiB" : "ms")
  print ""
  ours = median("domain-build") + median("vif-add")
  row("(a) our domain build + vif / xl create -p + vif", sprintf("%.2f", ours / median("xl-create")), "")
  row("(b) power-on to agent ready, no vif, no mount", median("power-on"), "ms")
  row("(b) start waits for an agent that boots since create", median("boot-beside-hooks"), "ms")
  row("(b) start to the first byte of output: xen / runc", ratio("start-to-output"), "")
  row("(c) docker run --rm true: xen / runc", ratio("docker-run"), "")
  domain = median("domain-memory")
  row("(d) guest memory at a shell: domain - MemAvailable", sprintf("%.1f", (domain - median("mem-available")) / 1024), "MiB")
  row("(d) of it kept by image and kernel: domain - MemTotal", sprintf("%.1f", (domain - median("mem-total")) / 1024), "MiB")
  row("(e) PSS of a container's host processes", sprintf("%.2f", (median("pss-monitor") + median("pss-file-server")) / 1024), "MiB")
  row("(e) PSS of the engine", sprintf("%.1f", median("pss-engine") / 1024), "MiB")
  row("(f) state: xen-runc / runc", ratio("state"), "")
  row("(f) exec true: xen-runc / runc", ratio("exec"), "")
  row("(f) kill: xen-runc / runc", ratio("kill"), "")
  row("(g) 32 MiB from a container: xen's throughput / runc's", throughput("net-out"), "")
  row("(g) 32 MiB to a container: xen's throughput / runc's", throughput("net-in"), "")
  row("(g) 200 round trips of a byte: xen / runc", ratio("net-trips"), "")
  row("(g) 60 connections: xen / runc", ratio("net-connects"), "")
  row("(g) names answered in a second: xen / runc", throughput("net-names"), "")
  row("(g) names answered in a second, one after another: xen", sprintf("%.0f", 200000 / median("net-names-xen")), "")
}
