package dev.coppice.compiler.driver;

import dev.coppice.compiler.pass.PassPipeline;
import dev.coppice.compiler.pass.streamline.FoldConstants;
import dev.coppice.compiler.pass.streamline.MergeCommonSubexpressions;
import dev.coppice.compiler.pass.streamline.RemoveDeadCode;
import java.util.List;

/** The pass pipelines, each a flat list read from top to bottom. */
public final class Pipelines {
  private Pipelines() {}

  /** What every model goes through between import and lowering; results change by rounding only. */
  public static PassPipeline streamline() {
    return new PassPipeline(
        List.of(new RemoveDeadCode(), new FoldConstants(), new MergeCommonSubexpressions()));
  }
}
