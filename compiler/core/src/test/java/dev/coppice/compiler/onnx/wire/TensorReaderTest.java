package dev.coppice.compiler.onnx.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorReaderTest {
  private static final ImportLimits LIMITS = ImportLimits.defaults().withConstantBytes(1000);

  private final TensorReader reader = new TensorReader(SourceRef.file("m.onnx"), LIMITS);

  @ParameterizedTest
  @EnumSource(DType.class)
  void readsWhatTheWriterWrites(DType dtype) {
    Tensor t =
        Tensor.fromDoubles(TensorType.of(dtype, 2, 3), i -> i - (dtype.isUnsigned() ? 0 : 2));
    assertEquals(t, reader.read(TensorWriter.write("t", t)));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void readsTypedDataOfEveryType(DType dtype) {
    if (dtype.isStoredOnly()) {
      readsBits(dtype);
      return;
    }
    TensorProto.Builder proto = proto(dtype, 3);
    for (int v : new int[] {0, 1, 1}) {
      switch (dtype) {
        case FLOAT32 -> proto.addFloatData(v);
        case FLOAT64 -> proto.addDoubleData(v);
        case INT64 -> proto.addInt64Data(v);
        case UINT32, UINT64 -> proto.addUint64Data(v);
        case FLOAT16 -> proto.addInt32Data(v == 0 ? 0 : 0x3C00);
        case BFLOAT16 -> proto.addInt32Data(v == 0 ? 0 : 0x3F80);
        default -> proto.addInt32Data(v);
      }
    }
    assertEquals(
        Tensor.fromDoubles(TensorType.of(dtype, 3), i -> i == 0 ? 0 : 1),
        reader.read(proto.build()));
  }

  /** Elements of fewer than 8 bits share the bytes that int32_data holds, the first lowest. */
  private void readsBits(DType dtype) {
    TensorProto.Builder proto = proto(dtype, 3);
    switch (dtype.bits()) {
      case 2 -> proto.addInt32Data(0b01_01_00);
      case 4 -> proto.addInt32Data(0x10).addInt32Data(1);
      default -> proto.addInt32Data(0).addInt32Data(1).addInt32Data(1);
    }
    assertEquals(
        Tensor.fromLongs(TensorType.of(dtype, 3), i -> i == 0 ? 0 : 1), reader.read(proto.build()));
  }

  @Test
  void narrowTypedDataMayBeSignedOrUnsigned() {
    Tensor t = reader.read(proto(DType.UINT8, 2).addInt32Data(255).addInt32Data(-1).build());
    assertEquals(List.of(255L, 255L), List.of(t.longAt(0), t.longAt(1)));
  }

  @Test
  void unsigned64KeepsItsHighBit() {
    Tensor t = reader.read(proto(DType.UINT64, 1).addUint64Data(-1L).build());
    assertEquals(0x1p64, t.doubleAt(0));
  }

  @Test
  void refusesTypedDataThatIsTooWide() {
    refused(
        proto(DType.INT8, 1).addInt32Data(256),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: 256 does not fit i8. The file is damaged;"
            + " export it again.");
  }

  @Test
  void refusesTooFewElements() {
    refused(
        proto(DType.FLOAT32, 2, 2).addFloatData(1),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: f32[2,2] has 4 elements, its data field"
            + " float_data has 1. The file is damaged; export it again.");
  }

  @Test
  void refusesRawDataOfAnotherLength() {
    refused(
        proto(DType.FLOAT32, 2, 2).setRawData(ByteString.copyFrom(new byte[15])),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: f32[2,2] takes 16 bytes, its raw data has"
            + " 15. The file is damaged; export it again.");
  }

  @Test
  void refusesTwoKindsOfData() {
    refused(
        proto(DType.FLOAT32, 1).addFloatData(1).setRawData(ByteString.copyFrom(new byte[4])),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: it has both raw and typed data. The file is"
            + " damaged; export it again.");
  }

  @Test
  void refusesSegments() {
    refused(
        proto(DType.FLOAT32, 1).setSegment(TensorProto.Segment.newBuilder().setBegin(0)),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: it is stored in segments, which is not"
            + " supported. The file is damaged; export it again.");
  }

  @Test
  void refusesDimensionsThatLie() {
    refused(
        proto(DType.FLOAT32, 2, -1),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: dimension -1 on axis 1 is negative. The file"
            + " is damaged; export it again.");
    refused(
        proto(DType.FLOAT32, 1L << 40, 0),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: dimension 1099511627776 on axis 0 is larger"
            + " than 2^31-1. The file is damaged; export it again.");
    refused(
        proto(DType.FLOAT32, 65536, 65536, 65536, 65536),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: shape [65536, 65536, 65536, 65536] has more"
            + " than 2^31-1 elements. The file is damaged; export it again.");
    refused(
        proto(DType.FLOAT32, new long[33]),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: it has 33 axes, at most 32 are supported. The"
            + " file is damaged; export it again.");
  }

  @Test
  void doesNotAllocateWhatIsOnlyDeclared() {
    refused(
        proto(DType.FLOAT64, Integer.MAX_VALUE).setRawData(ByteString.EMPTY),
        "[TensorInvalid] m.onnx: tensor 't' is invalid: f64[2147483647] takes 17179869176 bytes, its"
            + " raw data has 0. The file is damaged; export it again.");
  }

  @Test
  void refusesTypesThatAreNotNumbers() {
    refused(
        proto(DType.FLOAT32, 1).setDataType(TensorProto.DataType.STRING_VALUE),
        "[UnsupportedType] m.onnx: element type STRING is not supported here; tensor 't' has it."
            + " Convert the model to float32.");
    refused(
        proto(DType.FLOAT32, 1).setDataType(99),
        "[UnsupportedType] m.onnx: element type number 99 is not supported here; tensor 't' has it."
            + " Convert the model to float32.");
  }

  @Test
  void expandsSparseTensorsWithLinearAndCoordinateIndices() {
    Tensor values = Tensor.ofFloats(Shape.of(2), 5, 7);
    Tensor expected = Tensor.ofFloats(Shape.of(2, 3), 0, 5, 0, 0, 0, 7);
    assertEquals(expected, reader.read(sparse(values, Tensor.ofLongs(Shape.of(2), 1, 5), 2, 3)));
    assertEquals(
        expected, reader.read(sparse(values, Tensor.ofLongs(Shape.of(2, 2), 0, 1, 1, 2), 2, 3)));
  }

  @Test
  void aSparseTensorWithoutValuesTakesNoMemory() {
    Tensor t =
        reader.read(
            sparse(Tensor.ofFloats(Shape.of(0)), Tensor.ofLongs(Shape.of(0)), Integer.MAX_VALUE));
    assertTrue(t.isSplat());
  }

  @Test
  void refusesSparseTensorsThatLie() {
    Tensor values = Tensor.ofFloats(Shape.of(1), 5);
    refused(
        sparse(values, Tensor.ofLongs(Shape.of(1), 6), 2, 3),
        "[TensorInvalid] m.onnx: tensor 's' is invalid: sparse index 6 is outside [2,3]. The file is"
            + " damaged; export it again.");
    refused(
        sparse(values, Tensor.ofLongs(Shape.of(1, 2), 1, 3), 2, 3),
        "[TensorInvalid] m.onnx: tensor 's' is invalid: sparse index 3 is outside axis 1 of [2,3]. The"
            + " file is damaged; export it again.");
    refused(
        sparse(values, Tensor.ofLongs(Shape.of(2), 1, 3), 2, 3),
        "[TensorInvalid] m.onnx: tensor 's' is invalid: its sparse indices are i64[2], its values"
            + " f32[1]. The file is damaged; export it again.");
    refused(
        sparse(Tensor.scalar(5), Tensor.ofLongs(Shape.of(1), 1), 2, 3),
        "[TensorInvalid] m.onnx: tensor 's' is invalid: its sparse values are f32[], expected one"
            + " axis. The file is damaged; export it again.");
    refused(
        sparse(values, Tensor.ofLongs(Shape.of(1), 6), Integer.MAX_VALUE),
        "[LimitExceeded] m.onnx: sparse tensor 's' expands to 8589934588 bytes, the limit is 1000."
            + " Give the JVM more memory with -Xmx, or use a smaller model.");
  }

  private static TensorProto.Builder proto(DType dtype, long... dims) {
    TensorProto.Builder proto = TensorProto.newBuilder().setName("t").setDataType(dtype.onnxCode());
    for (long d : dims) {
      proto.addDims(d);
    }
    return proto;
  }

  private static SparseTensorProto sparse(Tensor values, Tensor indices, long... dims) {
    SparseTensorProto.Builder proto =
        SparseTensorProto.newBuilder()
            .setValues(TensorWriter.write("s", values))
            .setIndices(TensorWriter.write("", indices));
    for (long d : dims) {
      proto.addDims(d);
    }
    return proto.build();
  }

  private void refused(TensorProto.Builder proto, String message) {
    CompileException e = assertThrows(CompileException.class, () -> reader.read(proto.build()));
    assertEquals(message, e.getMessage());
  }

  private void refused(SparseTensorProto proto, String message) {
    CompileException e = assertThrows(CompileException.class, () -> reader.read(proto));
    assertEquals(message, e.getMessage());
  }
}
