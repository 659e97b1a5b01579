package dev.coppice.compiler.broken;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Files that are cut short, have flipped bits, or are something else altogether. */
final class DamagedBytes {
  private static final int CUTS = 40;
  private static final int FLIPS = 300;

  private DamagedBytes() {}

  /** A small valid network. */
  static OnnxModels network() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 1, 4, 4)
        .output("y", DType.FLOAT32, 1, 2)
        .initializer("w", Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 2, 1, 3, 3), i -> i))
        .initializer("b", Tensor.ofFloats(Shape.of(2), 1, 2))
        .node("c = Conv(x, w, b)", attribute("pads", new int[] {1, 1, 1, 1}))
        .node("r = Relu(c)")
        .node("p = GlobalAveragePool(r)")
        .node("f = Flatten(p)")
        .node("y = Softmax(f)", attribute("axis", 1));
  }

  static List<BrokenFile> all() {
    List<BrokenFile> files = new ArrayList<>();
    ModelProto model = network().model(13);
    byte[] bytes = model.toByteArray();
    for (int i = 0; i < CUTS; i++) {
      int length = bytes.length * i / CUTS;
      files.add(BrokenFile.of("cut to " + length + " bytes", Arrays.copyOf(bytes, length)));
    }
    SplittableRandom random = new SplittableRandom(512);
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = bytes.clone();
      int bit = random.nextInt(8 * bytes.length);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      files.add(BrokenFile.maybe("bit " + bit + " flipped", flipped));
    }
    files.add(BrokenFile.of("text", "not a model\n".getBytes(StandardCharsets.UTF_8)));
    files.add(BrokenFile.of("zeros", new byte[4096]));
    byte[] ones = new byte[4096];
    Arrays.fill(ones, (byte) -1);
    files.add(BrokenFile.of("ones", ones));
    byte[] noise = new byte[100_000];
    random.nextBytes(noise);
    files.add(BrokenFile.of("noise", noise));
    files.add(BrokenFile.of("a field of 2 GiB", new byte[] {0x3a, -1, -1, -1, -1, 7, 0}));
    files.add(BrokenFile.of("messages within messages", nested(20_000)));
    files.add(new BrokenFile("a folder", false, Files::createDirectory));
    files.add(new BrokenFile("no file", false, file -> {}));
    return files;
  }

  /** An unknown group within a group, and so on. */
  private static byte[] nested(int depth) {
    byte[] bytes = new byte[depth];
    Arrays.fill(bytes, (byte) 0xa3);
    for (int i = 1; i < depth; i += 2) {
      bytes[i] = 0x06;
    }
    return bytes;
  }
}
