package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.cli.against.SideBySide.Latency;
import dev.coppice.compiler.driver.Json;
import dev.coppice.examples.benchmarks.Measurement.Compiled;
import java.util.LinkedHashMap;
import java.util.Map;

/** A session as JSON: all figures as measured. */
final class SessionJson {
  private SessionJson() {}

  static String text(Session session) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("machine", session.machine());
    json.put("onnxRuntime", session.runtime());
    json.put("peakGflops", session.peak().gflops());
    json.put("memoryGigabytesPerSecond", session.peak().gigabytes());
    Map<String, Object> means = new LinkedHashMap<>();
    session.backends().forEach(b -> means.put(b, session.mean(b)));
    json.put("geometricMeanOfDense", means);
    json.put("networks", session.measurements().stream().map(SessionJson::network).toList());
    return Json.pretty(json) + "\n";
  }

  private static Map<String, Object> network(Measurement m) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", m.name());
    json.put("group", m.group().name());
    json.put("onnxRuntime", latency(m.peer()));
    m.peerThreads().ifPresent(l -> json.put("onnxRuntimeDefaultThreads", latency(l)));
    m.backends().forEach((name, c) -> json.put(name, compiled(m, name, c)));
    return json;
  }

  private static Map<String, Object> compiled(Measurement m, String backend, Compiled c) {
    Map<String, Object> json = latency(c.latency());
    json.put("ratio", m.ratio(backend));
    json.put("allocatedBytesPerRun", c.allocatedBytes());
    json.put("macs", c.work().macs());
    json.put("executedMacs", c.work().executedMacs());
    json.put("weightBytes", c.work().weightBytes());
    json.put("activationBytes", c.work().activationBytes());
    json.put("gflops", c.gflops());
    json.put("rooflineMicros", c.boundMicros());
    json.put("shareOfRoofline", c.share());
    json.put("largestDifference", c.difference().absolute());
    json.put("agrees", c.difference().agrees());
    return json;
  }

  private static Map<String, Object> latency(Latency l) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("turns", l.turns());
    json.put("medianMicros", l.medianMicros());
    json.put("p90Micros", l.p90Micros());
    return json;
  }
}
