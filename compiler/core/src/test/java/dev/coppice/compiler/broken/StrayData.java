package dev.coppice.compiler.broken;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.StringStringEntryProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Models whose data is in other files, or claims to be. */
final class StrayData {
  private StrayData() {}

  private static ModelProto model(long elements, String... keys) {
    TensorProto.Builder t =
        TensorProto.newBuilder()
            .setName("e")
            .setDataType(DType.FLOAT32.onnxCode())
            .addDims(elements)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < keys.length; i += 2) {
      t.addExternalData(StringStringEntryProto.newBuilder().setKey(keys[i]).setValue(keys[i + 1]));
    }
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1)
        .output("y")
        .initializer(t.build())
        .node("m = ReduceMax(e)")
        .node("y = Add(x, m)")
        .model(13);
  }

  private static BrokenFile of(String name, long elements, Setup setup, String... keys) {
    return new BrokenFile(
        name,
        false,
        file -> {
          Path folder = file.getParent();
          Files.write(folder.resolve("data.bin"), new byte[64]);
          Files.createDirectories(folder.resolve("sub"));
          Files.write(folder.resolveSibling("outside.bin"), new byte[64]);
          setup.prepare(folder);
          Files.write(file, model(elements, keys).toByteArray());
        });
  }

  /** Puts more beside the model. */
  @FunctionalInterface
  private interface Setup {
    void prepare(Path folder) throws IOException;
  }

  static List<BrokenFile> all() {
    List<BrokenFile> files = new ArrayList<>();
    for (String location :
        List.of(
            "../outside.bin",
            "sub/../../outside.bin",
            "sub/../data.bin",
            "..",
            "/etc/passwd",
            "/dev/zero",
            "//data.bin",
            "\\\\server\\share\\data.bin",
            "C:\\data.bin",
            "C:data.bin",
            "..\\outside.bin",
            "gone.bin",
            "sub",
            ".",
            "",
            "data.bin\u0000.txt",
            "data.bin/more",
            "file:///etc/passwd",
            "x".repeat(5000))) {
      String shown = location.length() > 40 ? "a very long name" : location;
      files.add(of("data in '" + shown + "'", 16, folder -> {}, "location", location));
    }
    files.add(of("data in a file without a name", 16, folder -> {}));
    String[][] ranges = {
      {"offset", "65"},
      {"offset", "-1"},
      {"offset", "many"},
      {"offset", "" + Long.MAX_VALUE},
      {"offset", "99999999999999999999"},
      {"offset", "4"},
      {"length", "65"},
      {"length", "-64"},
      {"length", "60"},
      {"length", "0"},
      {"length", "" + Long.MAX_VALUE},
      {"length", "0x40"}
    };
    for (String[] r : ranges) {
      String name = "data with " + r[0] + " " + r[1];
      files.add(of(name, 16, folder -> {}, "location", "data.bin", r[0], r[1]));
    }
    files.add(
        of(
            "offset and length that overflow",
            16,
            folder -> {},
            "location",
            "data.bin",
            "offset",
            "32",
            "length",
            "" + Long.MAX_VALUE));
    files.add(of("less data than elements", 17, folder -> {}, "location", "data.bin"));
    files.add(of("far less data than elements", 1L << 40, folder -> {}, "location", "data.bin"));
    files.add(
        of(
            "a link to a file outside",
            16,
            f -> Files.createSymbolicLink(f.resolve("l"), f.resolveSibling("outside.bin")),
            "location",
            "l"));
    files.add(
        of(
            "a link to a folder outside",
            16,
            f -> Files.createSymbolicLink(f.resolve("l"), f.getParent()),
            "location",
            "l/outside.bin"));
    files.add(
        of(
            "a link to itself",
            16,
            f -> Files.createSymbolicLink(f.resolve("l"), f.resolve("l")),
            "location",
            "l"));
    files.add(
        of(
            "a link to a device",
            16,
            f -> Files.createSymbolicLink(f.resolve("l"), Path.of("/dev/zero")),
            "location",
            "l"));
    files.add(of("2 GiB of holes", 1L << 29, f -> holes(f, 1L << 31), "location", "holes"));
    files.add(of("500 MiB of holes", 125 << 20, f -> holes(f, 500L << 20), "location", "holes"));
    return files;
  }

  /** A file that takes no room on disk. */
  private static void holes(Path folder, long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("holes").toFile(), "rw")) {
      file.setLength(length);
    }
  }
}
