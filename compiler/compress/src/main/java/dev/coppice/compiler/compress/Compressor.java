package dev.coppice.compiler.compress;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compresses ONNX models by recipe. What is written is standard ONNX with the opset of the
 * original; the original stays as it is. Equal input gives equal bytes.
 */
public final class Compressor {
  /** Key of the model's metadata under which the plan is recorded. */
  public static final String PLAN_KEY = "coppice.compression";

  private Compressor() {}

  /** A compressed model and what was done to it; file lengths are those of the messages. */
  public record Result(ModelProto model, CompressionReport report) {}

  /**
   * Writes {@code model} compressed by {@code recipe} to {@code out}, at once when it is complete.
   *
   * @param sink receives what the user may want to know
   * @throws CompileException with every problem of the recipe, or of the files
   */
  public static CompressionReport compress(Path model, Path recipe, Path out, DiagnosticSink sink) {
    if (isSame(model, out) || isSame(recipe, out)) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.file(out.toString()),
          "the result would replace the file it is made from; give another name");
    }
    Optional<Recipe> steps = RecipeReader.read(recipe, sink);
    sink.throwIfErrors();
    ModelProto original = OnnxFile.load(model, ImportLimits.defaults());
    Result result = compress(original, model.toString(), steps.orElseThrow(), sink);
    OnnxFile.save(result.model(), out);
    return result.report();
  }

  /**
   * {@code model} compressed by {@code recipe}.
   *
   * @param name what diagnostics call the model
   * @param sink receives what the user may want to know
   * @throws CompileException with every name that the recipe has and the model has not, or if there
   *     is nothing to compress
   */
  public static Result compress(ModelProto model, String name, Recipe recipe, DiagnosticSink sink) {
    SourceRef file = SourceRef.file(name);
    TensorReader reader = new TensorReader(file, ImportLimits.defaults());
    List<Weight> weights = WeightFinder.find(model.getGraph(), file, sink);
    if (weights.isEmpty()) {
      sink.report(DiagnosticCode.NO_WEIGHTS, file);
    }
    sink.throwIfErrors();
    CompressionPlan plan = CompressionPlanner.plan(recipe, weights, reader, file, sink);
    sink.throwIfErrors();
    return apply(model, weights, plan, reader);
  }

  /**
   * {@code model} after a plan that was made for it before.
   *
   * @param name what diagnostics call the model
   * @throws IllegalArgumentException if the plan names a weight that the model does not have, or
   *     has with another number of elements
   */
  public static Result replay(ModelProto model, String name, CompressionPlan plan) {
    SourceRef file = SourceRef.file(name);
    List<Weight> weights = WeightFinder.find(model.getGraph(), file, new DiagnosticSink());
    for (Decision decision : plan.decisions()) {
      if (weights.stream().noneMatch(w -> w.tensor().equals(decision.tensor()))) {
        throw new IllegalArgumentException("the model has no weights '" + decision.tensor() + "'");
      }
    }
    return apply(model, weights, plan, new TensorReader(file, ImportLimits.defaults()));
  }

  private static Result apply(
      ModelProto model, List<Weight> weights, CompressionPlan plan, TensorReader reader) {
    List<TensorReport> reports = new ArrayList<>();
    ModelProto compressed = ModelRewriter.rewrite(model, weights, plan, reader, reports);
    return new Result(
        compressed,
        new CompressionReport(
            plan, reports, model.getSerializedSize(), compressed.getSerializedSize()));
  }

  private static boolean isSame(Path a, Path b) {
    if (a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())) {
      return true;
    }
    try {
      return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
    } catch (IOException e) {
      // What cannot be compared cannot be written to either, which is told then.
      return false;
    }
  }
}
