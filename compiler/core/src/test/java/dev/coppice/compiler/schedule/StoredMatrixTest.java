package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.Half;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class StoredMatrixTest {
  private static final int K = 40;
  private static final int N = 24;

  private static Tensor matrix(IntToDoubleFunction values) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, K, N), values);
  }

  /** Signed bytes times a scale of each column. */
  static Tensor scaled(int k, int n) {
    Random random = new Random(1);
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, k, n),
        i -> (random.nextInt(255) - 127) * (0.01f + 0.003f * (i % n)));
  }

  private static List<WeightForm> forms(Tensor b) {
    return StoredMatrix.of(b).stream().map(StoredMatrix::form).toList();
  }

  @Test
  void findsBytesOfEachColumn() {
    Tensor b = scaled(K, N);
    List<StoredMatrix> all = StoredMatrix.of(b);
    assertEquals(List.of(WeightForm.FLOATS, WeightForm.BYTES), forms(b));
    StoredMatrix bytes = all.get(1);
    assertEquals(K * N + 4 * N, bytes.bytes());
    for (int i = 0; i < K * N; i++) {
      float decoded =
          bytes.elements().longAt(i) * bytes.scaleWeights().orElseThrow().floatAt(i % N);
      assertEquals(b.floatAt(i), decoded, 2 * Math.ulp(b.floatAt(i)));
    }
  }

  @Test
  void findsHalvesDownToTheLeast() {
    Tensor b = matrix(i -> (i % 3 == 0 ? 0x1p-24 : 1) * (i % 2047 - 1023));
    assertEquals(List.of(WeightForm.FLOATS, WeightForm.HALVES), forms(b));
    StoredMatrix halves = StoredMatrix.of(b).get(1);
    assertEquals(2 * K * N, halves.bytes());
    for (int i = 0; i < K * N; i++) {
      assertEquals(b.floatAt(i), Half.fp16ToFloat((short) halves.elements().longAt(i)));
    }
  }

  @Test
  void otherValuesStayFloats() {
    Random random = new Random(2);
    assertEquals(List.of(WeightForm.FLOATS), forms(matrix(i -> random.nextGaussian())));
    double infinite = Double.POSITIVE_INFINITY;
    assertEquals(List.of(WeightForm.FLOATS), forms(matrix(i -> i == 5 ? infinite : 1)));
  }

  @Test
  void packedBytesHaveRoomForALoadBehindTheLast() {
    Tensor packed = StoredMatrix.of(scaled(K, N)).get(1).packed(new int[] {3, -1, 0}).data();
    assertEquals(3 + WeightForm.BYTES.beyond(), packed.size());
    assertEquals(0, packed.longAt(1));
  }

  @Test
  void oneNumberStaysOneInTheFile() {
    Tensor ones = Tensor.splat(TensorType.of(DType.FLOAT32, K, N), 1);
    assertEquals(List.of(WeightForm.FLOATS), forms(ones));
  }
}
