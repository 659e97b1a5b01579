package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.binarize.Binarize;
import dev.coppice.compiler.compress.binarize.Ternarize;
import dev.coppice.compiler.compress.lowrank.LowRank;
import dev.coppice.compiler.compress.merge.Merge;
import dev.coppice.compiler.compress.prune.PruneChannels;
import dev.coppice.compiler.compress.prune.PruneWeights;
import dev.coppice.compiler.compress.prune.Reconstruct;
import dev.coppice.compiler.compress.prune.ReestimateBatchNorm;
import dev.coppice.compiler.compress.prune.SearchChannels;
import dev.coppice.compiler.compress.quantize.CorrectBias;
import dev.coppice.compiler.compress.quantize.Equalize;
import dev.coppice.compiler.compress.quantize.Quantize;
import dev.coppice.compiler.compress.quantize.QuantizeWeights;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.share.Share;
import java.util.List;

/** The table of the methods that recipes can name. */
public final class Methods {
  /** All methods, sorted by name, a method a line. */
  public static final List<Method> ALL =
      List.of(
          new Binarize(),
          new CorrectBias(),
          new Equalize(),
          new LowRank(),
          new Merge(),
          new PruneChannels(),
          new PruneWeights(),
          new Quantize(),
          new QuantizeWeights(),
          new Reconstruct(),
          new ReestimateBatchNorm(),
          new SearchChannels(),
          new Share(),
          new Ternarize());

  private Methods() {}
}
