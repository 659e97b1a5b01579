package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType.Storage;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;

/**
 * Javadoc of the model class and its public constants: names, shapes and lengths of inputs and
 * outputs, sizes.
 */
final class ModelMetadata {
  private ModelMetadata() {}

  /**
   * Adds them to the model class.
   *
   * @param backend the initializer of the constant that names the backend
   */
  static void add(TypeSpec.Builder type, ModelContext c, String backend) {
    type.addJavadoc("$L", javadoc(c));
    constant(
        type,
        String.class,
        "MODEL_NAME",
        JavaLiterals.of(c.plan().modelName()),
        "Name of the model.");
    constant(
        type,
        String.class,
        "MODEL_HASH",
        JavaLiterals.of(c.options().modelHash()),
        "SHA-256 of what was compiled.");
    constant(
        type, String.class, "BACKEND", backend, "Backend whose code computes: portable or vector.");
    ports(type, "INPUT", c.plan().inputs());
    ports(type, "OUTPUT", c.plan().outputs());
    constant(
        type,
        long.class,
        "MACS",
        JavaLiterals.of(c.plan().macs()),
        "Multiply-accumulate operations of one run.");
    constant(
        type,
        long.class,
        "ARENA_BYTES",
        JavaLiterals.of(c.memory().arenaBytes()),
        "Bytes of the arenas that hold intermediate values.");
    constant(
        type,
        long.class,
        "SCRATCH_BYTES",
        JavaLiterals.of(scratchBytes(c)),
        "Bytes of the scratch planes that kernels work in.");
    constant(
        type,
        long.class,
        "WEIGHT_BYTES",
        JavaLiterals.of(c.layout().bytes()),
        "Bytes of the weights in memory.");
  }

  private static void ports(TypeSpec.Builder type, String kind, List<Port> ports) {
    String noun = kind.toLowerCase(Locale.ROOT);
    constant(
        type, int.class, kind + "S", JavaLiterals.of(ports.size()), "Number of " + noun + "s.");
    for (int i = 0; i < ports.size(); i++) {
      Port p = ports.get(i);
      String prefix = kind + "_" + i + "_";
      constant(
          type,
          String.class,
          prefix + "NAME",
          JavaLiterals.of(p.name()),
          "ONNX name of " + noun + " " + i + ".");
      constant(
          type,
          String.class,
          prefix + "TYPE",
          JavaLiterals.of(p.dtype().label()),
          "Element type of " + noun + " " + i + ".");
      constant(
          type,
          String.class,
          prefix + "SHAPE",
          JavaLiterals.of(p.shape().toString()),
          "Shape of " + noun + " " + i + ".");
      constant(
          type,
          int.class,
          prefix + "LENGTH",
          JavaLiterals.of(p.shape().size()),
          "Elements of " + noun + " " + i + ".");
    }
  }

  private static void constant(
      TypeSpec.Builder type, Class<?> of, String name, String value, String javadoc) {
    type.addField(
        FieldSpec.builder(of, name, Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
            .addJavadoc("$L\n", javadoc)
            .initializer("$L", value)
            .build());
  }

  /** Bytes of the scratch planes. */
  private static long scratchBytes(ModelContext c) {
    long bytes = 0;
    for (var e : c.memory().planes().entrySet()) {
      bytes += e.getValue().size() * elementBytes(e.getKey());
    }
    return bytes;
  }

  private static int elementBytes(Storage storage) {
    return switch (storage) {
      case BYTE, BOOLEAN -> 1;
      case SHORT -> 2;
      case FLOAT, INT -> 4;
      case DOUBLE, LONG -> 8;
    };
  }

  private static String javadoc(ModelContext c) {
    StringBuilder text = new StringBuilder();
    text.append("The model ")
        .append(JavaNames.javadoc(c.plan().modelName()))
        .append(", compiled.\n\n<ul>\n");
    ports(text, "Input", c, 0, c.plan().inputs().size());
    ports(text, "Output", c, c.plan().inputs().size(), c.ports().size());
    text.append(
        String.format(
            Locale.ROOT,
            """
            <li>One run: %,d multiply-accumulate operations
            <li>Memory: %,d bytes of arena, %,d bytes of scratch, %,d bytes of weights
            </ul>

            """,
            c.plan().macs(),
            c.memory().arenaBytes(),
            scratchBytes(c),
            c.layout().bytes()));
    text.append(
        """
        <p>Arrays are flat and row-major and belong to the caller. The arrays passed to one call must be
        distinct. Calls allocate nothing. An instance holds the memory of one run: give each thread its own.
        """);
    if (ModelParts.isNeeded(c)) {
      text.append(
          String.format(
              Locale.ROOT,
              """

              <p>%d threads share the work of a call: the calling one and daemon threads of the
              instance, which end when it is unreachable.
              """,
              c.plan().threads()));
    }
    if (c.variants().size() > 1) {
      text.append(
          "\n<p>The lengths of the arrays choose one of several sizes; constants and costs are those of"
              + " the last.\n");
    }
    for (String note : c.options().notes()) {
      text.append("\n<p>").append(JavaNames.javadoc(note)).append('\n');
    }
    return text.toString();
  }

  private static void ports(StringBuilder text, String kind, ModelContext c, int from, int to) {
    for (int i = from; i < to; i++) {
      Port p = c.ports().get(i);
      String name = c.portNames().get(i);
      text.append("<li>").append(kind).append(" {@code ").append(name).append("}: ");
      text.append(p.dtype().label()).append(VariantChoice.shapes(c, i));
      if (!name.equals(p.name())) {
        text.append(", in the model ").append(JavaNames.javadoc(p.name()));
      }
      text.append('\n');
    }
  }
}
