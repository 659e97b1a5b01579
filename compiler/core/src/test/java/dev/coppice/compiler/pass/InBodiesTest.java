package dev.coppice.compiler.pass;

import dev.coppice.compiler.pass.streamline.RemoveNoOps;
import dev.coppice.compiler.testing.GraphAssert;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InBodiesTest {
  private static final String BRANCHES =
      """
      graph g(c: bool[], d: bool[], x: f32[2]) -> (y) {
        y = If(c, d, x, x) {
          then=graph a(d: bool[], p: f32[2]) -> (r) {
            r = If(d, p, p) {
              then=graph aa(p: f32[2]) -> (r) { %s },
              otherwise=graph ab(p: f32[2]) -> (r) { r = Abs(p) }}
          },
          otherwise=graph b(p: f32[2]) -> (r) { r = Exp(p) }}
      }
      """;

  @Test
  void rewritesInnermostBodies() {
    GraphAssert.rewrites(
        new InBodies(List.of(new RewritePass("move-less", new RemoveNoOps()))),
        BRANCHES.formatted("s = Add(p, zero: f32[] = 0) r = Neg(s)"),
        BRANCHES.formatted("r = Neg(p)"));
  }

  @Test
  void leavesBodiesWithNothingToDo() {
    GraphAssert.leaves(
        new InBodies(List.of(new RewritePass("move-less", new RemoveNoOps()))),
        BRANCHES.formatted("r = Neg(p)"));
  }
}
