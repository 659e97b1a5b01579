package dev.coppice.compiler.onnx.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxFileTest {
  private static final ModelProto MODEL =
      OnnxModels.graph().initializer("w", Tensor.ofFloats(Shape.of(2), 1, 2)).output("w").model(13);

  @TempDir private Path folder;

  @Test
  void loadsWhatItSaves() throws IOException {
    Path file = folder.resolve("new/m.onnx");
    OnnxFile.save(MODEL, file);
    assertEquals(MODEL, OnnxFile.load(file, ImportLimits.defaults()));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList(), "no temporary file is left");
    }
  }

  @Test
  void savingReplacesAndIsDeterministic() throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.writeString(file, "old");
    OnnxFile.save(MODEL, file);
    byte[] first = Files.readAllBytes(file);
    OnnxFile.save(MODEL, file);
    assertArrayEquals(first, Files.readAllBytes(file));
  }

  @Test
  void unknownFieldsSurvive() throws IOException {
    byte[] bytes =
        MODEL
            .toByteString()
            .concat(ByteString.copyFrom(new byte[] {(byte) 0xA8, 0x46, 1}))
            .toByteArray();
    Path file = folder.resolve("m.onnx");
    Files.write(file, bytes);
    Path copy = folder.resolve("copy.onnx");
    OnnxFile.save(OnnxFile.load(file, ImportLimits.defaults()), copy);
    assertArrayEquals(bytes, Files.readAllBytes(copy));
  }

  @Test
  void savingBelowAFileIsRefused() throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.writeString(file, "x");
    Path below = file.resolve("n.onnx");
    CompileException e = assertThrows(CompileException.class, () -> OnnxFile.save(MODEL, below));
    assertEquals(
        "[OutputFailed] "
            + below
            + " cannot be written: "
            + file
            + ": something else is there. Name another place, or make this one writable.",
        e.getMessage());
  }

  @Test
  void refusesWhatIsNotThere() {
    refused(folder.resolve("no.onnx"), "[FileUnreadable] %s: no such file. Check the path.");
    refused(folder, "[FileUnreadable] %s: is a folder, expected a file. Check the path.");
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    String remedy = " The file is damaged or is not ONNX; export or download it again.";
    refused(
        write(new byte[0]),
        "[FileMalformed] %s: the file is empty, expected an ONNX model." + remedy);
    refused(
        write(new byte[] {15, 1}),
        "[FileMalformed] %s: the bytes are not an ONNX model: tag had invalid wire type." + remedy);
    refused(write(new byte[] {8, 1}), "[FileMalformed] %s: the model has no graph." + remedy);
    byte[] whole = MODEL.toByteArray();
    refused(
        write(Arrays.copyOf(whole, whole.length - 1)),
        "[FileMalformed] %s: the bytes are not an ONNX model: the input ends in the middle of a"
            + " field."
            + remedy);
  }

  @Test
  void refusesFilesAboveTheLimit() throws IOException {
    Path file = write(MODEL.toByteArray());
    long size = Files.size(file);
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> OnnxFile.load(file, ImportLimits.defaults().withFileBytes(size - 1)));
    assertEquals(
        "[LimitExceeded] "
            + file
            + ": the file has "
            + size
            + " bytes, the limit is "
            + (size - 1)
            + ". Give the JVM more memory with -Xmx, or use a smaller model.",
        e.getMessage());
  }

  @Test
  void refusesRecursionBombs() throws IOException {
    GraphProto graph = GraphProto.getDefaultInstance();
    for (int depth = 0; depth < 40; depth++) {
      graph =
          GraphProto.newBuilder()
              .addNode(
                  NodeProto.newBuilder()
                      .addAttribute(AttributeProto.newBuilder().setName("body").setG(graph)))
              .build();
    }
    refused(
        write(ModelProto.newBuilder().setGraph(graph).build().toByteArray()),
        "[FileMalformed] %s: the bytes are not an ONNX model: had too many levels of nesting. The"
            + " file is damaged or is not ONNX; export or download it again.");
  }

  @Test
  void parsesBytesUnderAName() {
    assertEquals(MODEL, OnnxFile.parse(MODEL.toByteArray(), "m", ImportLimits.defaults()));
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> OnnxFile.parse(new byte[0], "m", ImportLimits.defaults()));
    assertEquals(
        "[FileMalformed] m: the file is empty, expected an ONNX model. The file is damaged or is not"
            + " ONNX; export or download it again.",
        e.getMessage());
  }

  @Test
  void tensorsLoadAndSaveToo() throws IOException {
    Tensor t = Tensor.ofFloats(Shape.of(1, 2), 3, 4);
    Path file = folder.resolve("input_0.pb");
    TensorFile.save(t, "x", file);
    assertEquals(t, TensorFile.load(file));
    Files.write(file, new byte[] {10, 2, 3});
    CompileException e = assertThrows(CompileException.class, () -> TensorFile.load(file));
    assertEquals(
        "[FileMalformed] "
            + file
            + ": the bytes are not an ONNX tensor: the input ends in the middle of a field. The file"
            + " is damaged or is not ONNX; export or download it again.",
        e.getMessage());
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("m.onnx"), bytes);
  }

  private static void refused(Path file, String message) {
    CompileException e =
        assertThrows(CompileException.class, () -> OnnxFile.load(file, ImportLimits.defaults()));
    assertEquals(1, e.diagnostics().size());
    assertEquals(message.replace("%s", file.toString()), e.getMessage());
  }
}
