package dev.coppice.compiler.emit.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VectorEmitterTest {
  private static final VectorEmitter EMITTER = new VectorEmitter();

  private static CompiledPlan compiled(String text) {
    Graph graph = GraphText.parse(text);
    KernelPlan plan = KernelPlanner.plan(graph, EMITTER.target());
    return CompiledPlan.of(plan, EMITTER);
  }

  private static String source(CompiledPlan plan) {
    return plan.model().sources().stream().map(s -> s.text()).collect(Collectors.joining());
  }

  private static CompiledPlan conv() {
    return compiled(
        """
        graph g(x: f32[1,2,8,8]) -> (y) {
          const w: f32[9,2,3,3] = 0.5
          const b: f32[9] = 1.0
          y = Conv(x, w, b) {strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=1}
        }
        """);
  }

  @Test
  void sumsAreInRegistersOfThePreferredSpecies() {
    String source = source(conv());
    assertTrue(
        source.contains(
            "SPECIES = FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 :"
                + " FloatVector.SPECIES_PREFERRED;"),
        source);
    assertTrue(source.contains(".fma("), source);
  }

  @Test
  void computesWhatTheGraphSays() {
    Tensor y =
        conv().run(List.of(Tensor.splat(TensorType.of(DType.FLOAT32, 1, 2, 8, 8), 1))).get(0);
    // Corners meet 4 places of each of 2 channels, edges 6, the others 9.
    assertEquals(5, y.doubleAt(0));
    assertEquals(7, y.doubleAt(1));
    assertEquals(10, y.doubleAt(9));
  }

  @Test
  void codeWithoutSumsIsPortable() {
    CompiledPlan relu =
        compiled(
            """
            graph g(x: f32[5]) -> (y) {
              y = Relu(x)
            }
            """);
    assertFalse(source(relu).contains("FloatVector"));
    Tensor x = Tensor.ofFloats(Shape.of(5), -1, 2, -3, 4, 0);
    assertEquals(Tensor.ofFloats(Shape.of(5), 0, 2, 0, 4, 0), relu.run(List.of(x)).get(0));
  }

  @Test
  void classThatOnlyChoosesByLanesHasTheConstant() {
    Buffer y = Buffer.flat("y", DType.FLOAT32, Buffer.Role.OUTPUT, 1);
    Stmt body =
        Stmts.when(
            Exprs.eq(Exprs.lanes(), Exprs.intLit(8)),
            Stmts.store(y, Exprs.intLit(0), Exprs.floatLit(1)));
    TypeSpec.Builder type = TypeSpec.classBuilder("Kernels");
    new VectorMethods().prepare(type, List.of(body), "Model");
    assertEquals(
        List.of("SPECIES", "LANES"),
        type.build().fieldSpecs().stream().map(f -> f.name()).toList());
  }

  @Test
  void modelHasOneClassOfRegisters() {
    assertEquals(
        1,
        conv().model().sources().stream()
            .filter(s -> s.className().endsWith("_Registers"))
            .count());
  }
}
