package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.emit.GeneratedModel.SourceFile;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.ChildJvm;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.runtime.VectorChoice;
import dev.coppice.runtime.Weights;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One artifact of the backend {@code auto} in JVMs of several kinds: what it chooses, and that the
 * results are those of the backend that it says.
 */
final class AutoBackendTest {
  private static final List<String> MODULE = List.of("--add-modules", "jdk.incubator.vector");
  private static final int JAVA_8 = 52;
  private static final int JAVA_17 = 61;

  /**
   * Prints the backend and a hash of the results, before and after a warm-up if one is asked for.
   */
  private static final String PROGRAM =
      """
      package acme;
      public final class Program {
        static final float[] x = new float[Net.INPUT_0_LENGTH];
        static final float[] y = new float[Net.OUTPUT_0_LENGTH];
        public static void main(String[] args) {
          for (int i = 0; i < x.length; i++) {
            x[i] = i % 7 * 0.37f - 1;
          }
          Net net = new Net();
          System.out.println(Net.BACKEND + "\\t" + hash(net));
          long bytes = args.length > 0 ? 1 : 0;
          for (int i = 0; i < 5 && bytes > 0; i++) {
            net.warmUp();
            int hash = hash(net);
            bytes = allocated(net);
            System.out.println("warm, " + bytes + " bytes\\t" + hash);
          }
        }
        static int hash(Net net) {
          net.run(x, y);
          return java.util.Arrays.hashCode(y);
        }
        static long allocated(Net net) {
          com.sun.management.ThreadMXBean threads =
              (com.sun.management.ThreadMXBean)
                  java.lang.management.ManagementFactory.getThreadMXBean();
          long thread = Thread.currentThread().getId();
          long[] bytes = new long[2];
          for (int k = 0; k < 2; k++) {
            bytes[k] = -threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 100 * k; i++) {
              net.run(x, y);
            }
            bytes[k] += threads.getThreadAllocatedBytes(thread);
          }
          return bytes[1] - bytes[0];
        }
      }
      """;

  @TempDir static Path folder;

  private static Path classes;

  @BeforeAll
  static void compileInTwoRuns() throws IOException {
    Path sources = folder.resolve("sources");
    classes = Files.createDirectory(folder.resolve("classes"));
    CompileResult result = ModelCompiler.compile(request(Emitters.AUTO));
    assertEquals(VectorApi.OPTIONAL, result.generated().vectorApi());
    new DirectorySink(sources, classes).write(result.generated());
    Files.writeString(sources.resolve("acme/Program.java"), PROGRAM);
    List<String> vector = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (SourceFile s : result.generated().sources()) {
      (s.className().startsWith("acme.Net_Vector") ? vector : others).add(s.path());
    }
    javac(sources, vector, "--release", "17", "--add-modules", "jdk.incubator.vector");
    javac(sources, others, "--release", "8");
    javac(sources, List.of("acme/Program.java"));
  }

  private static CompileRequest request(String backend) {
    Random random = new Random(1);
    Tensor w =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, 16, 8, 3, 3), i -> (float) random.nextGaussian());
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .setProducerName("test")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(
                OnnxModels.graph()
                    .input("x", DType.FLOAT32, 1, 8, 12, 12)
                    .output("y", DType.FLOAT32, 1, 16, 10, 10)
                    .initializer("w", w)
                    .node("t = Conv(x, w)")
                    .node("y = Relu(t)")
                    .build())
            .build();
    Path file = folder.resolve("net.onnx");
    OnnxFile.save(proto, file);
    return CompileRequest.of(ModelSource.file(file), "acme.Net").withBackend(backend);
  }

  private static void javac(Path sources, List<String> files, String... level) {
    List<String> arguments = new ArrayList<>(List.of(level));
    arguments.addAll(List.of("-nowarn", "-Xlint:none", "-proc:none", "-implicit:none"));
    arguments.addAll(List.of("-cp", classPath(classes), "-d", classes.toString()));
    files.forEach(f -> arguments.add(sources.resolve(f).toString()));
    String[] command = arguments.toArray(String[]::new);
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, command));
  }

  private static String classPath(Path classes) {
    try {
      Path runtime =
          Path.of(Weights.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes + File.pathSeparator + runtime;
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> lines(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> program = new ArrayList<>(List.of("acme.Program"));
    program.addAll(List.of(arguments));
    return ChildJvm.table(folder, options, classPath(classes), program.toArray(String[]::new));
  }

  private static List<String> with(List<String> options, String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return all;
  }

  /** What the class of one backend computes in this JVM, as the program prints it. */
  private static String expected(String backend) {
    CompileResult result = ModelCompiler.compile(request(backend));
    LoadedModel loaded =
        LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs());
    Consumer<Object[]> model = loaded.newInstance();
    float[] x = new float[8 * 12 * 12];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 7 * 0.37f - 1;
    }
    float[] y = new float[16 * 10 * 10];
    model.accept(new Object[] {x, y});
    return backend + "\t" + Arrays.hashCode(y);
  }

  @Test
  void withoutTheModuleItIsPortable() throws IOException, InterruptedException {
    assertEquals(List.of(expected("portable")), lines(List.of()));
  }

  @Test
  void withTheModuleItComputesInRegisters()
      throws IOException, InterruptedException, ReflectiveOperationException {
    String vector = expected("vector");
    assertNotEquals(expected("portable").split("\t")[1], vector.split("\t")[1]);
    assertEquals(List.of(vector), lines(with(MODULE, "-Dcoppice.backend=vector")));
    String chosen = lines(MODULE).get(0);
    assertEquals(
        VectorChoice.backend(lanes()).equals("vector") ? vector : expected("portable"), chosen);
  }

  private static int lanes() throws ReflectiveOperationException {
    Class<?> vectors = Class.forName("jdk.incubator.vector.FloatVector");
    Object species = vectors.getField("SPECIES_PREFERRED").get(null);
    return (int)
        Class.forName("jdk.incubator.vector.VectorSpecies").getMethod("length").invoke(species);
  }

  @Test
  void withoutC2ItIsPortable() throws IOException, InterruptedException {
    List<String> portable = List.of(expected("portable"));
    assertEquals(portable, lines(with(MODULE, "-Xint")));
    assertEquals(portable, lines(with(MODULE, "-XX:TieredStopAtLevel=1")));
    assertEquals(portable, lines(with(MODULE, "-XX:MaxVectorSize=8")));
  }

  @Test
  void thePropertyChooses() throws IOException, InterruptedException {
    List<String> portable = List.of(expected("portable"));
    assertEquals(portable, lines(with(MODULE, "-Dcoppice.backend=portable")));
    ChildJvm.Ended ended =
        ChildJvm.run(
            folder, List.of("-Dcoppice.backend=vector"), classPath(classes), "acme.Program");
    assertEquals(1, ended.exit());
    assertTrue(
        ended.text().contains("this JVM was started without the module: add --add-modules"),
        ended::text);
  }

  @Test
  void reportsWhatTheBackendThatTakesMoreNeeds() {
    CompileReport auto = ModelCompiler.compile(request(Emitters.AUTO)).report();
    CompileReport portable = ModelCompiler.compile(request("portable")).report();
    CompileReport vector = ModelCompiler.compile(request("vector")).report();
    assertEquals(Math.max(portable.weightBytes(), vector.weightBytes()), auto.weightBytes());
    assertEquals(Math.max(portable.scratchBytes(), vector.scratchBytes()), auto.scratchBytes());
    assertEquals(portable.kernels() + vector.kernels(), auto.kernels());
    assertEquals(portable.macs(), auto.macs());
  }

  @Test
  void choosesAmongSizesToo() {
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(
                OnnxModels.graph()
                    .input("x", DType.FLOAT32, "n", 16)
                    .output("y", DType.FLOAT32, "n", 32)
                    .initializer("w", Tensor.splat(TensorType.of(DType.FLOAT32, 16, 32), 0.5))
                    .node("y = MatMul(x, w)")
                    .build())
            .build();
    Path file = folder.resolve("sizes.onnx");
    OnnxFile.save(proto, file);
    CompileResult result =
        ModelCompiler.compile(
            CompileRequest.of(ModelSource.file(file), "acme.Sizes")
                .withBackend(Emitters.AUTO)
                .binding(Map.of("n", List.of(4, 9)), Map.of()));
    assertEquals(VectorApi.OPTIONAL, result.generated().vectorApi());
    Consumer<Object[]> model =
        LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs())
            .newInstance();
    for (int n : new int[] {9, 4}) {
      float[] x = new float[n * 16];
      Arrays.fill(x, 1);
      float[] y = new float[n * 32];
      model.accept(new Object[] {x, y});
      float[] expected = new float[n * 32];
      Arrays.fill(expected, 8);
      assertArrayEquals(expected, y);
    }
  }

  @Test
  void whatUsersSeeIsOfJava8() throws IOException {
    try (Stream<Path> files = Files.list(classes.resolve("acme"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("Net")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".class")) {
          boolean vector = file.getFileName().toString().startsWith("Net_Vector");
          assertEquals(vector ? JAVA_17 : JAVA_8, bytes[7], file.toString());
        }
      }
    }
  }

  /** Files of a later version are to this JVM what those of the vector backend are to Java 8. */
  @Test
  void aJvmThatIsTooOldForTheVectorClassesIsPortable() throws IOException, InterruptedException {
    Path old = folder.resolve("old");
    Files.createDirectories(old.resolve("acme"));
    try (Stream<Path> files = Files.list(classes.resolve("acme"))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.getFileName().toString().startsWith("Net_Vector")) {
          bytes[7] = (byte) 200;
        }
        Files.write(old.resolve("acme").resolve(file.getFileName()), bytes);
      }
    }
    assertEquals(
        List.of(expected("portable")),
        ChildJvm.table(folder, MODULE, classPath(old), "acme.Program"));
  }

  @Test
  void aWarmModelAllocatesNothingAndComputesTheSame() throws IOException, InterruptedException {
    for (List<String> options : List.of(List.<String>of(), MODULE)) {
      List<String> lines = lines(options, "warm");
      for (String line : lines) {
        assertEquals(lines.get(0).split("\t")[1], line.split("\t")[1], line);
      }
      String last = lines.get(lines.size() - 1);
      assertTrue(last.startsWith("warm, 0 bytes"), last);
    }
  }

  @Test
  void startsWithoutWhatIsSlowToLoad() throws IOException, InterruptedException {
    ChildJvm.Ended ended =
        ChildJvm.run(folder, List.of("-Xlog:class+load"), classPath(classes), "acme.Program");
    assertEquals(0, ended.exit(), ended::text);
    List<String> loaded =
        ended.lines().stream().dropWhile(line -> !line.contains(" acme.Net ")).toList();
    assertFalse(loaded.isEmpty(), ended::text);
    for (String slow :
        List.of(
            " java.util.Formatter ",
            " java.util.regex.Pattern ",
            " java.util.stream.",
            " java.lang.invoke.InnerClassLambdaMetafactory ",
            " acme.Net_Vector_K0 ")) {
      assertEquals(List.of(), loaded.stream().filter(line -> line.contains(slow)).toList());
    }
  }
}
