package dev.coppice.compiler.driver;

import dev.coppice.compiler.pass.PassPipeline;
import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.pass.streamline.ComposeBatchNorm;
import dev.coppice.compiler.pass.streamline.ConstantOperandLast;
import dev.coppice.compiler.pass.streamline.DecomposeBatchNorm;
import dev.coppice.compiler.pass.streamline.DivisionToMultiplication;
import dev.coppice.compiler.pass.streamline.FoldConstants;
import dev.coppice.compiler.pass.streamline.FuseAffineIntoProducer;
import dev.coppice.compiler.pass.streamline.MergeAffineChain;
import dev.coppice.compiler.pass.streamline.MergeCommonSubexpressions;
import dev.coppice.compiler.pass.streamline.RemoveDeadCode;
import dev.coppice.compiler.pass.streamline.SubtractionToAddition;
import java.util.List;

/** The pass pipelines, each a flat list read from top to bottom. */
public final class Pipelines {
  private Pipelines() {}

  /** What every model goes through between import and lowering; results change by rounding only. */
  public static PassPipeline streamline() {
    return new PassPipeline(
        List.of(
            new RemoveDeadCode(),
            new FoldConstants(),
            new RewritePass(
                "normalize-arithmetic",
                new ConstantOperandLast(),
                new SubtractionToAddition(),
                new DivisionToMultiplication(),
                new DecomposeBatchNorm()),
            new RewritePass("merge-affine", new FuseAffineIntoProducer(), new MergeAffineChain()),
            new MergeCommonSubexpressions(),
            // After everything that looks for scales and shifts.
            new RewritePass("compose-batch-norm", new ComposeBatchNorm())));
  }
}
