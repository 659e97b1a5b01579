package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.loop.LoopInterpreter;
import dev.coppice.compiler.loop.LoopVerifier;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodedTensorTest {
  private static final int ELEMENTS = 5003;

  private static Tensor tensor(IntToDoubleFunction f) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, ELEMENTS), f);
  }

  private static CodedTensor form(Tensor data) {
    return CodedTensor.of(Reordered.identity(data)).orElseThrow();
  }

  /** What the kernel of {@code form} stores over what was there. */
  static float[] decoded(CodedTensor form) {
    LoopVerifier.verify(form.decode());
    float[] w = new float[form.length()];
    Arrays.fill(w, Float.NaN);
    List<LoopInterpreter.Memory> places = new ArrayList<>();
    form.parts().forEach(p -> places.add(new LoopInterpreter.Flat(p.data().toArray(), 0)));
    places.add(new LoopInterpreter.Flat(w, 0));
    LoopInterpreter.run(form.decode(), places);
    return w;
  }

  static void assertDecodes(Tensor data, CodedTensor form) {
    float[] w = decoded(form);
    for (int i = 0; i < data.size(); i++) {
      assertEquals(
          Float.floatToRawIntBits(data.floatAt(i)), Float.floatToRawIntBits(w[i]), "element " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 9, 16, 100, 256})
  void fewValuesArePacked(int values) {
    Random random = new Random(values);
    Tensor data = tensor(i -> Math.sqrt(i < values ? i : random.nextInt(values)) - 3);
    CodedTensor form = form(data);
    assertEquals(values > 2, form instanceof PackedIndices);
    assertDecodes(data, form);
    assertTrue(form.length() < ELEMENTS + 8);
    assertTrue(form.bytes() <= ELEMENTS + 4 * 256);
  }

  @ParameterizedTest
  @ValueSource(ints = {-128, -127, -8, -7, -2, -1, 0, 1, 3, 255})
  void integersNeedNoTable(int least) {
    Random random = new Random(least);
    int count = Math.max(2, Math.min(256, 2 * Math.abs(least)));
    Tensor data = tensor(i -> least + (i < count ? i : random.nextInt(count)));
    CodedTensor form = form(data);
    assertInstanceOf(PackedIntegers.class, form);
    assertDecodes(data, form);
    int bits = count <= 2 ? 1 : count <= 4 ? 2 : count <= 16 ? 4 : 8;
    assertEquals((ELEMENTS * bits + 7) / 8, form.bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1500, 10_000})
  void fewElementsStandAtGaps(int one) {
    Random random = new Random(one);
    Tensor data = tensor(i -> random.nextInt(one) == 0 ? 1 + random.nextInt(20) : 0);
    CodedTensor form = form(data);
    assertInstanceOf(IndicesAtGaps.class, form);
    assertDecodes(data, form);
  }

  /** Tiles of a matrix have kernels in common although their counts differ a little. */
  @Test
  void likeCountsHaveEqualKernels() {
    List<Object> kernels = new ArrayList<>();
    for (int seed = 0; seed < 9; seed++) {
      Random random = new Random(seed);
      Tensor data = tensor(i -> random.nextInt(10) == 0 ? 1 + random.nextInt(20) : 0);
      CodedTensor form = form(data);
      assertDecodes(data, form);
      kernels.add(form.decode());
    }
    assertTrue(kernels.stream().distinct().count() < 4, () -> "" + kernels);
  }

  @Test
  void theFirstAndTheLastElementStandAtGapsToo() {
    Tensor data = tensor(i -> i == 0 || i == ELEMENTS - 1 ? 7 : 0);
    assertDecodes(data, form(data));
  }

  @Test
  void bytesStayAsTheyAre() {
    Tensor bytes = Tensor.fromLongs(TensorType.of(DType.INT8, ELEMENTS), i -> i % 5);
    assertTrue(CodedTensor.of(Reordered.identity(bytes)).isEmpty());
  }

  @Test
  void smallTensorsAndManyValuesHaveNoForm() {
    assertTrue(CodedTensor.of(Reordered.identity(tensor(i -> Math.sqrt(i)))).isEmpty());
    Tensor small = Tensor.splat(TensorType.of(DType.FLOAT32, CodedTensor.MIN_ELEMENTS - 1), 1);
    assertTrue(CodedTensor.of(Reordered.identity(small)).isEmpty());
  }
}
