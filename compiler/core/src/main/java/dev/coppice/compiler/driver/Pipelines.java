package dev.coppice.compiler.driver;

import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.pass.InBodies;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassPipeline;
import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.pass.integer.IntegerLayer;
import dev.coppice.compiler.pass.integer.JoinQuantizers;
import dev.coppice.compiler.pass.integer.NoteFloatLayers;
import dev.coppice.compiler.pass.integer.QuantizeOnce;
import dev.coppice.compiler.pass.integer.ScaleLater;
import dev.coppice.compiler.pass.integer.SplitDequantizer;
import dev.coppice.compiler.pass.integer.SplitQuantizer;
import dev.coppice.compiler.pass.integer.StoreLater;
import dev.coppice.compiler.pass.layout.PutChannelsLast;
import dev.coppice.compiler.pass.layout.WidenChannels;
import dev.coppice.compiler.pass.recover.RecoverActivation;
import dev.coppice.compiler.pass.recover.RecoverAttention;
import dev.coppice.compiler.pass.recover.RecoverLstmCell;
import dev.coppice.compiler.pass.recover.RecoverNormalization;
import dev.coppice.compiler.pass.recover.RecoverSoftmax;
import dev.coppice.compiler.pass.recover.ScaleNormalization;
import dev.coppice.compiler.pass.storage.SplitCodedProduct;
import dev.coppice.compiler.pass.streamline.ComposeBatchNorm;
import dev.coppice.compiler.pass.streamline.ConstantOperandLast;
import dev.coppice.compiler.pass.streamline.DecomposeBatchNorm;
import dev.coppice.compiler.pass.streamline.DivisionToMultiplication;
import dev.coppice.compiler.pass.streamline.FlattenWithoutTranspose;
import dev.coppice.compiler.pass.streamline.FoldConstants;
import dev.coppice.compiler.pass.streamline.FoldPad;
import dev.coppice.compiler.pass.streamline.FoldResidual;
import dev.coppice.compiler.pass.streamline.FuseAffineIntoConsumer;
import dev.coppice.compiler.pass.streamline.FuseAffineIntoProducer;
import dev.coppice.compiler.pass.streamline.GatherToReshape;
import dev.coppice.compiler.pass.streamline.GlobalPoolToReduce;
import dev.coppice.compiler.pass.streamline.MergeAffineChain;
import dev.coppice.compiler.pass.streamline.MergeClips;
import dev.coppice.compiler.pass.streamline.MergeCommonSubexpressions;
import dev.coppice.compiler.pass.streamline.MergeLinear;
import dev.coppice.compiler.pass.streamline.MergeParallelConvs;
import dev.coppice.compiler.pass.streamline.MergeReshapes;
import dev.coppice.compiler.pass.streamline.MergeTransposes;
import dev.coppice.compiler.pass.streamline.MergeTransposesAcrossReshape;
import dev.coppice.compiler.pass.streamline.PackBinaryLayers;
import dev.coppice.compiler.pass.streamline.PoolBeforeRelu;
import dev.coppice.compiler.pass.streamline.RemoveDeadCode;
import dev.coppice.compiler.pass.streamline.RemoveNoOps;
import dev.coppice.compiler.pass.streamline.RemoveRedundantRelu;
import dev.coppice.compiler.pass.streamline.SinkTranspose;
import dev.coppice.compiler.pass.streamline.StackParallelConvs;
import dev.coppice.compiler.pass.streamline.SubtractionToAddition;
import dev.coppice.compiler.pass.streamline.TransposeToReshape;
import java.util.ArrayList;
import java.util.List;

/** The pass pipelines, each a flat list read from top to bottom. */
public final class Pipelines {
  private Pipelines() {}

  /** What every model goes through between import and lowering; results change by rounding only. */
  public static PassPipeline streamline() {
    List<Pass> passes = rules();
    List<Pass> all = new ArrayList<>(List.of(new InBodies(passes)));
    all.addAll(passes);
    return new PassPipeline(all);
  }

  /**
   * {@link #streamline} and, where vectors are registers, the order of axes that suits them; where
   * weights stay coded, tiles of large matrices.
   */
  public static PassPipeline of(Target target) {
    List<Pass> all = new ArrayList<>(streamline().passes());
    if (target.vectorApi()) {
      all.add(new InBodies(layout(target)));
      all.addAll(layout(target));
    }
    if (target.codedWeights()) {
      // After everything that merges neighbours or computes what is constant.
      Pass split = new RewritePass("split-coded-products", new SplitCodedProduct());
      all.add(new InBodies(List.of(split)));
      all.add(split);
    }
    return new PassPipeline(all);
  }

  /** Convolutions in the order of axes that suits vector registers. */
  private static List<Pass> layout(Target target) {
    List<Pass> passes =
        new ArrayList<>(
            List.of(
                new PutChannelsLast(),
                new FoldConstants(),
                new RewritePass(
                    "join-transposes",
                    new RemoveNoOps(),
                    new MergeReshapes(),
                    new TransposeToReshape(),
                    new MergeTransposes(),
                    new MergeTransposesAcrossReshape()),
                new RewritePass("flatten-without-transpose", new FlattenWithoutTranspose())));
    if (!target.codedWeights()) {
      // Coded weights are not filtered: their transformations would take the memory again.
      passes.add(new RewritePass("widen-channels", new WidenChannels()));
    }
    passes.add(removeLeftovers());
    passes.add(new MergeCommonSubexpressions());
    return passes;
  }

  private static List<Pass> rules() {
    return List.of(
        // Before rules that ask whether a value has one reader only.
        new RemoveDeadCode(),
        new FoldConstants(),
        new MergeCommonSubexpressions(),
        // Before scales are merged with weights, which are integers until then.
        new RewritePass(
            "keep-integers",
            new SplitQuantizer(),
            new SplitDequantizer(),
            new StoreLater(),
            new ScaleLater(),
            new JoinQuantizers(),
            new QuantizeOnce(),
            new IntegerLayer()),
        new NoteFloatLayers(),
        // Before scales and shifts in them are merged with what stands around.
        new RewritePass(
            "recover-operators",
            new RecoverActivation(),
            new RecoverLstmCell(),
            new RecoverSoftmax(),
            new RecoverAttention(),
            new RecoverNormalization(),
            new ScaleNormalization()),
        new RewritePass(
            "move-less",
            new RemoveNoOps(),
            new GatherToReshape(),
            new MergeReshapes(),
            new TransposeToReshape(),
            new MergeTransposes(),
            new SinkTranspose()),
        new RewritePass("flatten-without-transpose", new FlattenWithoutTranspose()),
        // Before anything rounds otherwise: thresholds are those of the model's own arithmetic.
        new RewritePass("pack-binary-layers", new PackBinaryLayers()),
        // The forms that the rules of merge-linear look for.
        new RewritePass(
            "normalize-arithmetic",
            new ConstantOperandLast(),
            new SubtractionToAddition(),
            new DivisionToMultiplication(),
            new DecomposeBatchNorm()),
        new RewritePass(
            "merge-linear",
            // A scale belongs to the operator before it, where padding does not matter.
            new FuseAffineIntoProducer(),
            new MergeAffineChain(),
            new FoldPad(),
            new FuseAffineIntoConsumer(),
            new MergeParallelConvs(),
            new FoldResidual(),
            new StackParallelConvs(),
            new MergeLinear()),
        new RewritePass("global-pool-to-reduce", new GlobalPoolToReduce()),
        // After FoldPad, which wants to know that the operand of a maximum is not negative.
        new RewritePass("pool-before-relu", new PoolBeforeRelu()),
        new RewritePass("merge-bounds", new MergeClips(), new RemoveRedundantRelu()),
        // After everything that looks for scales and shifts.
        new RewritePass("compose-batch-norm", new ComposeBatchNorm()),
        removeLeftovers(),
        new FoldConstants(),
        new MergeCommonSubexpressions());
  }

  /** Merged constants may be neutral, and dropped nodes may leave equal or inverse neighbours. */
  private static Pass removeLeftovers() {
    return new RewritePass("remove-leftovers", new RemoveNoOps(), new MergeReshapes());
  }
}
