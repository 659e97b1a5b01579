package dev.coppice.compiler.onnx.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.StringStringEntryProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExternalDataTest {
  private static final Tensor DATA = Tensor.ofFloats(Shape.of(2), 3, 4);
  private static final String REMEDY =
      ". Put the data file that was exported with the model into the model's folder.";

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void writeData() throws IOException {
    folder = Files.createDirectories(temp.resolve("model"));
    ByteString raw = TensorWriter.write("", DATA).getRawData();
    Files.write(
        folder.resolve("w.bin"), ByteString.copyFrom(new byte[8]).concat(raw).toByteArray());
    Files.write(temp.resolve("secret.bin"), raw.toByteArray());
  }

  @Test
  void readsInitializersAttributesAndSubgraphs() throws IOException {
    TensorProto part = external("location", "w.bin", "offset", "8", "length", "8");
    TensorProto rest = external("location", "w.bin", "offset", "8");
    SparseTensorProto sparse =
        SparseTensorProto.newBuilder()
            .setValues(part)
            .setIndices(TensorWriter.write("", Tensor.ofLongs(Shape.of(2), 0, 1)))
            .addDims(2)
            .build();
    OnnxModels inner =
        OnnxModels.graph()
            .initializer(part)
            .node("y = Constant()", OnnxModels.attribute("value", rest));
    ModelProto model =
        OnnxModels.graph()
            .initializer(part)
            .sparse(sparse)
            .node("z = If(c)", OnnxModels.attribute("then_branch", inner))
            .output("w")
            .model(13);
    ModelProto loaded = load(model);
    TensorReader reader = new TensorReader(SourceRef.NONE, ImportLimits.defaults());
    assertEquals(DATA, reader.read(loaded.getGraph().getInitializer(0)));
    assertEquals(DATA, reader.read(loaded.getGraph().getSparseInitializer(0)));
    var branch = loaded.getGraph().getNode(0).getAttribute(0).getG();
    assertEquals(DATA, reader.read(branch.getInitializer(0)));
    assertEquals(DATA, reader.read(branch.getNode(0).getAttribute(0).getT()));
  }

  @Test
  void mayLieInAFolderBelow() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.copy(temp.resolve("secret.bin"), folder.resolve("data/w.bin"));
    ModelProto loaded = load(model(external("location", "data/w.bin")));
    assertEquals(
        TensorWriter.write("w", DATA).getRawData(),
        loaded.getGraph().getInitializer(0).getRawData());
  }

  @Test
  void mayNotLeaveTheFolder() throws IOException {
    for (String location :
        new String[] {
          "../secret.bin",
          "data/../../secret.bin",
          temp.resolve("secret.bin").toString(),
          "..\\secret.bin",
          "C:\\secret.bin",
          "\\secret.bin"
        }) {
      refused(
          external("location", location),
          "file '" + location + "', which is outside the model's folder");
    }
  }

  @Test
  void mayNotLeaveTheFolderByALink() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.bin"), temp.resolve("secret.bin"));
    refused(
        external("location", "link.bin"), "file 'link.bin', which is outside the model's folder");
    Files.createSymbolicLink(folder.resolve("up"), temp);
    refused(
        external("location", "up/secret.bin"),
        "file 'up/secret.bin', which is outside the model's folder");
  }

  @Test
  void refusesWhatTheFileDoesNotHave() throws IOException {
    refused(external("location", "no.bin"), "file 'no.bin', which is not there");
    refused(external("location", "."), "file '.', which is not there");
    refused(external("location", "a\0b"), "file 'a\0b', which is not a usable path");
    refused(external("length", "8"), "a file but names none");
    refused(
        external("location", "w.bin", "offset", "12", "length", "8"),
        "bytes 12 to 20 of 'w.bin', which has 16");
    refused(
        external("location", "w.bin", "offset", "9223372036854775807", "length", "8"),
        "bytes 9223372036854775807 to 9223372036854775815 of 'w.bin', which has 16");
    refused(
        external("location", "w.bin", "length", "4"), "4 bytes of 'w.bin' where its type takes 8");
    refused(
        external("location", "w.bin", "offset", "-8"),
        "offset '-8', which is not a number of bytes");
    refused(
        external("location", "w.bin", "length", "many"),
        "length 'many', which is not a number of bytes");
  }

  @Test
  void totalIsLimited() throws IOException {
    ModelProto model = model(external("location", "w.bin", "offset", "8"));
    Path file = folder.resolve("m.onnx");
    OnnxFile.save(model, file);
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                new ExternalData(
                        folder, ImportLimits.defaults().withFileBytes(7), SourceRef.file("m.onnx"))
                    .inline(model));
    assertEquals(
        "[LimitExceeded] m.onnx: external data has more than 7 bytes. Give the JVM more memory with"
            + " -Xmx, or use a smaller model.",
        e.getMessage());
  }

  private void refused(TensorProto tensor, String problem) throws IOException {
    CompileException e = assertThrows(CompileException.class, () -> load(model(tensor)));
    assertEquals(
        "[ExternalDataInvalid] "
            + folder.resolve("m.onnx")
            + ": tensor 'w' refers to "
            + problem
            + REMEDY,
        e.getMessage());
  }

  private ModelProto load(ModelProto model) {
    Path file = folder.resolve("m.onnx");
    OnnxFile.save(model, file);
    return OnnxFile.load(file, ImportLimits.defaults());
  }

  private static ModelProto model(TensorProto tensor) {
    return OnnxModels.graph().initializer(tensor).output("w").model(13);
  }

  private static TensorProto external(String... keysAndValues) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(DType.FLOAT32.onnxCode())
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      proto.addExternalData(
          StringStringEntryProto.newBuilder()
              .setKey(keysAndValues[i])
              .setValue(keysAndValues[i + 1]));
    }
    return proto.build();
  }
}
