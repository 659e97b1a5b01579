package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.choice.RecordedChoices;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitter.Planned;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.java.ModelSources;
import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.ir.Chooser;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.lowering.CodedWeights;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.PlanPartition;
import dev.coppice.compiler.lowering.Variant;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.ModelOverview;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.ModelHash;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.pass.PassContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;

/** From an ONNX model to generated source: import, passes, kernels, memory, source. */
public final class ModelCompiler {
  private ModelCompiler() {}

  /**
   * Compiles a model.
   *
   * @throws CompileException with everything that is wrong with the request or the model
   */
  public static CompileResult compile(CompileRequest request) {
    return compile(load(request), request);
  }

  /**
   * Reads a model; dimensions and inputs are bound as {@code request} says.
   *
   * @throws CompileException with everything that is invalid or not supported
   */
  public static ImportedModel load(CompileRequest request) {
    ModelProto model = request.model().load(ImportLimits.defaults());
    return load(request, model);
  }

  /**
   * As {@link #load(CompileRequest)} for a model that was read already.
   *
   * @throws CompileException with everything that is invalid or not supported
   */
  public static ImportedModel load(CompileRequest request, ModelProto model) {
    String name = request.model().name();
    DiagnosticSink notes = new DiagnosticSink();
    List<Graph> graphs = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (Map<String, Integer> dims : request.variants()) {
      ImportOptions options = new ImportOptions(dims, request.binds(), name);
      DiagnosticSink own = new DiagnosticSink();
      graphs.add(OnnxImporter.importModel(model, options, own));
      own.diagnostics().stream()
          .filter(d -> !notes.diagnostics().contains(d))
          .forEach(notes::report);
      labels.add(
          request.dims().entrySet().stream()
              .filter(d -> d.getValue().size() > 1)
              .map(d -> d.getKey() + "=" + dims.get(d.getKey()))
              .collect(Collectors.joining(" ")));
    }
    int last = graphs.size() - 1;
    return new ImportedModel(
        name,
        ModelHash.of(model),
        ModelOverview.of(model),
        graphs.get(last),
        graphs.subList(0, last),
        labels,
        notes.diagnostics());
  }

  /**
   * Compiles a model that {@link #load} has read.
   *
   * @throws CompileException with everything that is wrong with the request
   */
  public static CompileResult compile(ImportedModel model, CompileRequest request) {
    checkName(request);
    DiagnosticSink notes = new DiagnosticSink();
    model.notes().forEach(notes::report);
    List<Planned> plans = plan(model, request, notes);
    GeneratedModel generated = ModelSources.of(plans, options(model, request));
    return new CompileResult(
        generated, report(model, plans, generated.stored()), notes.diagnostics());
  }

  /** What {@code model} would cost if it were compiled as {@code request} says. */
  public static CompileReport report(
      ImportedModel model, CompileRequest request, DiagnosticSink notes) {
    List<Planned> plans = plan(model, request, notes);
    return report(model, plans, ModelSources.stored(plans, options(model, request)));
  }

  private static CompileReport report(
      ImportedModel model, List<Planned> plans, StoredWeights stored) {
    return plans.stream()
        .map(p -> report(model, p, stored))
        .reduce(CompileReport::orLarger)
        .orElseThrow();
  }

  private static CompileReport report(ImportedModel model, Planned planned, StoredWeights stored) {
    return CompileReport.of(
        model,
        planned.largest(),
        planned.variants().get(planned.variants().size() - 1).memory(),
        MemoryPlan.union(planned.variants().stream().map(Variant::memory).toList()),
        stored);
  }

  /** Plans for each backend that is asked for; the first alone where none makes use of vectors. */
  private static List<Planned> plan(
      ImportedModel model, CompileRequest request, DiagnosticSink notes) {
    List<Planned> planned = new ArrayList<>();
    for (Emitter emitter : emitters(request)) {
      DiagnosticSink own = new DiagnosticSink();
      planned.add(new Planned(emitter, plan(model, request, emitter, own)));
      own.diagnostics().stream()
          .filter(d -> !notes.diagnostics().contains(d))
          .forEach(notes::report);
    }
    return planned.stream().anyMatch(Planned::usesVectorApi) ? planned : planned.subList(0, 1);
  }

  private static List<Variant> plan(
      ImportedModel model, CompileRequest request, Emitter emitter, DiagnosticSink notes) {
    Target target = request.target(emitter);
    Optional<RecordedChoices> recorded = request.planning().choices(emitter, request.threads());
    Chooser chooser = recorded.isPresent() ? recorded.get() : Chooser.PREDICTED;
    Map<String, KernelPlan> plans = new LinkedHashMap<>();
    passed(model, request, emitter, notes)
        .forEach((label, graph) -> plans.put(label, plan(graph, target, chooser)));
    recorded.ifPresent(r -> r.report(notes));
    return Variant.of(plans);
  }

  private static KernelPlan plan(Graph graph, Target target, Chooser chooser) {
    KernelPlan plan = KernelPlanner.plan(graph, target, chooser);
    return PlanPartition.of(target.codedWeights() ? CodedWeights.of(plan) : plan, target);
  }

  /**
   * The graphs that kernels of a backend are made for: after all passes, by the sizes that each is
   * for.
   *
   * @throws CompileException with everything that is wrong with the model
   */
  public static Map<String, Graph> passed(
      ImportedModel model, CompileRequest request, Emitter emitter, DiagnosticSink notes) {
    try {
      List<Graph> graphs = new ArrayList<>(model.smaller());
      graphs.add(model.graph());
      Map<String, Graph> passed = new LinkedHashMap<>();
      for (int i = 0; i < graphs.size(); i++) {
        boolean last = i == graphs.size() - 1;
        PassContext context = last ? context(model, request, notes) : new PassContext(notes);
        passed.put(
            model.labels().get(i),
            Pipelines.of(request.target(emitter)).run(graphs.get(i), context));
      }
      return passed;
    } catch (CompileException e) {
      throw new CompileException(inFile(e.diagnostics(), SourceRef.file(model.name())));
    }
  }

  private static PassContext context(
      ImportedModel model, CompileRequest request, DiagnosticSink notes) {
    PassContext context = new PassContext(notes);
    if (request.numericsSeed().isPresent()) {
      context = context.checkingNumerics(request.numericsSeed().getAsLong());
    }
    return request.dumpFolder().isPresent()
        ? context.dumpingTo(GraphDumps.to(request.dumpFolder().get(), model.graph()))
        : context;
  }

  private static List<Diagnostic> inFile(List<Diagnostic> diagnostics, SourceRef file) {
    List<Diagnostic> placed = new ArrayList<>();
    for (Diagnostic d : diagnostics) {
      placed.add(
          d.where().file().isPresent()
              ? d
              : new Diagnostic(d.code(), d.message(), d.where().inFile(file.toString())));
    }
    return placed;
  }

  private static EmitOptions options(ImportedModel model, CompileRequest request) {
    EmitOptions options =
        EmitOptions.of(request.packageName(), request.simpleName())
            .withWeights(request.weights())
            .withModelHash(RequestKey.of(model.hash(), request));
    return request
        .implemented()
        .map(i -> options.implementing(i.name(), i.method(), i.isPublic()))
        .orElse(options);
  }

  /**
   * The backends that {@code request} asks for.
   *
   * @throws CompileException if there are none of that name
   */
  public static List<Emitter> emitters(CompileRequest request) {
    List<Emitter> emitters = Emitters.named(request.backend());
    if (emitters.isEmpty()) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "there is no backend '"
              + request.backend()
              + "'; there is "
              + String.join(", ", Emitters.names()));
    }
    return emitters;
  }

  private static void checkName(CompileRequest request) {
    if (!SourceVersion.isName(request.className())) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.NONE,
          "'" + request.className() + "' is no Java class name, such as com.acme.Kws");
    }
  }
}
