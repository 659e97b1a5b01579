package dev.coppice.compiler.compress.merge;

import java.util.List;

/** The table of the exact merges. */
final class MergeRules {
  /** Rules that apply unless a recipe leaves them out, in the order in which they are tried. */
  static final List<MergeRule> STANDARD =
      List.of(
          new RemoveIdentities(),
          new ShareSubexpressions(),
          new MergeReshapes(),
          new MergeTransposes(),
          new MergeClips(),
          new FoldPad(),
          new FoldIntoProducer("fold-batch-norm", true),
          new FoldIntoProducer("fold-scale", false),
          new MatMulToGemm(),
          new FoldResidual(),
          new MergeBranches(),
          new StackBranches(),
          new PoolBeforePointwise(),
          new MergeConvs("merge-convs", false),
          new MergeConvs("merge-average-pool", true),
          new MergeProducts(),
          new FoldIntoConsumer("fold-into-next", false),
          new MergeAffine());

  /** Rules that apply only if a recipe names them, since not every use of the model gains. */
  static final List<MergeRule> ON_REQUEST =
      List.of(
          new FoldIntoConsumer("fold-into-next-with-pad", true),
          new StackReaders(),
          new PoolBeforeRelu(),
          new DropSoftmax());

  private MergeRules() {}
}
