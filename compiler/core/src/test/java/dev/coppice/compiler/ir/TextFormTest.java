package dev.coppice.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TextFormTest {
  private static final String ATTRIBUTES =
      "slope=0.5, flag=true, label='it\\'s', mode=SECOND, axes=[1,-1], to=i8}";

  private static Graph parse(String text) {
    return new TextParser(ToyOp::create, v -> Tensor.splat(v.type(), 7)).parse(text);
  }

  private static void assertRoundTrip(String text) {
    assertEquals(text, TextPrinter.print(parse(text)));
  }

  @Test
  void printsNodesAttributesAndOrigin() {
    GraphBuilder g = new GraphBuilder("kws");
    Value x = g.input("x", TensorType.of(DType.FLOAT32, 1, 2));
    Value w = g.constant("w 1", Tensor.splat(TensorType.of(DType.FLOAT32, 64, 40), 0.25));
    Node n = g.node("conv", ToyOp.simple(), List.of(x, w), List.of("t"), Origin.of("block1/conv"));
    g.output("y", n.output());
    assertEquals(
        """
        graph kws(x: f32[1,2]) -> (y = t) {
          t = ToyOp(x, 'w 1': f32[64,40] = 0.25) {results=1, %s  # f32[1,2] from 'block1/conv'
        }
        """
            .formatted(ATTRIBUTES),
        TextPrinter.print(g.build()));
  }

  @Test
  void readsWhatItPrints() {
    assertRoundTrip(
        """
        graph 'a b'(x: f32[1,2], 'in:0': i64[]) -> (y, z = t) {
          const unused: i64[2] = [1, -9223372036854775808]
          y, t = ToyOp(x, s: f32[] = 2.0, k: f32[3] = [1.0, NaN, -Infinity]) {results=2, %s  # f32[1,2], f32[1,2]
          u = ToyOp('in:0', s, e: f32[0] = [], b: bool[2] = [1, 0], c: f16[3] = 0.5) {results=1, %s  # i64[]
        }
        """
            .formatted(ATTRIBUTES, ATTRIBUTES));
  }

  @Test
  void asksForDataThatTheTextLeavesOut() {
    Graph g =
        parse(
            """
            graph g(x: f32[2]) -> (y) {
              y = ToyOp(x, w: f32[20]) {results=1, %s
            }
            """
                .formatted(ATTRIBUTES));
    assertEquals(
        List.of(Tensor.splat(TensorType.of(DType.FLOAT32, 20), 7)),
        List.copyOf(g.constants().values()));
  }

  @Test
  void leavesOutLongData() {
    GraphBuilder g = new GraphBuilder("g");
    Value w = g.constant("w", Tensor.ofFloats(Shape.of(17), new float[17]));
    g.output("w", w);
    assertTrue(TextPrinter.print(g.build()).contains("const w: f32[17]\n"));
  }

  @Test
  void malformedTextNamesLineAndToken() {
    assertError("line 2 at ')': no value 'z'", "graph g(x: f32[2]) -> (y) {\n y = ToyOp(z) }");
    assertError("line 1 at ')': expected an element type such as f32 before this", "graph g(x: f)");
    assertError("at the end: expected a name or number", "graph g(x: f32[2]) -> (x) {");
    assertError("line 1 at 'more': expected the end", "graph g(x: f32[2]) -> (x) {} more");
    assertError("line 1 at ',': 'x' is defined twice", "graph g(x: f32[2], x: f32[2], ");
    assertError("line 1 at ')': output 'x' is declared twice", "graph g(x: f32[2]) -> (x, x) {}");
    assertError("line 1: quote without end", "graph 'g");
    assertError("no operator 'Foo'", "graph g(x: f32[2]) -> (y) { y = Foo(x) }");
    assertError(
        "line 1 at '}': f32[2] given 1 elements", "graph g() -> (y) { const y: f32[2] = [1] }");
  }

  @Test
  void attributesMustFitTheRecord() {
    assertError("ToyOp needs attribute results", toy("slope=1.0"));
    assertError("ToyOp.results cannot be one", toy("results=one, " + ATTRIBUTES.replace("}", "")));
    assertError(
        "ToyOp has no attribute more", toy("results=1, more=1, " + ATTRIBUTES.replace("}", "")));
    assertError(
        "ToyOp.mode cannot be THIRD",
        toy("results=1, " + ATTRIBUTES.replace("SECOND", "THIRD").replace("}", "")));
  }

  private static String toy(String attributes) {
    return "graph g(x: f32[2]) -> (y) { y = ToyOp(x) {" + attributes + "} }";
  }

  private static void assertError(String message, String text) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, () -> parse(text)).getMessage());
  }
}
