package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.lowering.MemoryPlan.Planes;
import dev.coppice.compiler.tensor.DType.Storage;
import dev.coppice.runtime.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;

/**
 * Fields of the model class (arenas, scratch planes, weights) and the constructor that makes and
 * fills them.
 */
final class ModelState {
  /**
   * Statements of one load method, well within the bytecode budget: none takes more than some 30
   * bytes.
   */
  private static final int LOADS_PER_METHOD = 100;

  private ModelState() {}

  static void add(TypeSpec.Builder type, ModelContext c) {
    MethodSpec.Builder constructor = MethodSpec.constructorBuilder();
    if (c.options().isPublic()) {
      constructor.addModifiers(Modifier.PUBLIC);
    }
    boolean reads = c.sections().writer().sectionCount() > 0;
    constructor.addJavadoc(
        reads
            ? "Makes an instance with its weights and memory.\n\n@throws IllegalStateException if the weights are missing, damaged or of another model\n"
            : "Makes an instance with its memory.\n");
    arrays(type, constructor, c.memory().arenaLength(), "arena");
    planes(type, constructor, c.memory().planes());
    arrays(type, constructor, c.layout().flatLength(), "weights");
    c.layout()
        .rowCount()
        .forEach(
            (s, rows) -> {
              String name = FieldNames.weightRows(s);
              field(type, FieldNames.tableClass(s), name);
              constructor.addStatement("$L = new $L[$L][]", name, FieldNames.element(s), rows);
            });
    loads(type, constructor, c, reads);
    type.addMethod(constructor.build());
  }

  private static void field(TypeSpec.Builder type, Class<?> of, String name) {
    type.addField(FieldSpec.builder(of, name, Modifier.PRIVATE, Modifier.FINAL).build());
  }

  private static void arrays(
      TypeSpec.Builder type,
      MethodSpec.Builder constructor,
      Map<Storage, Integer> lengths,
      String noun) {
    lengths.forEach(
        (s, length) -> {
          String name = noun.equals("arena") ? FieldNames.arena(s) : FieldNames.weights(s);
          field(type, FieldNames.arrayClass(s), name);
          constructor.addStatement("$L = new $L[$L]", name, FieldNames.element(s), length);
        });
  }

  /** Runs of planes of one length are made by one loop. */
  private static void planes(
      TypeSpec.Builder type, MethodSpec.Builder constructor, Map<Storage, Planes> planes) {
    planes.forEach(
        (s, p) -> {
          String name = FieldNames.planes(s);
          String element = FieldNames.element(s);
          field(type, FieldNames.tableClass(s), name);
          if (new TreeSet<>(p.lengths()).size() == 1) {
            constructor.addStatement(
                "$L = new $L[$L][$L]", name, element, p.rows(), p.lengths().get(0));
            return;
          }
          constructor.addStatement("$L = new $L[$L][]", name, element, p.rows());
          for (int from = 0, to; from < p.rows(); from = to) {
            to = from + 1;
            while (to < p.rows() && p.lengths().get(to).equals(p.lengths().get(from))) {
              to++;
            }
            constructor.beginControlFlow("for (int i = $L; i < $L; i++)", from, to);
            constructor.addStatement("$L[i] = new $L[$L]", name, element, p.lengths().get(from));
            constructor.endControlFlow();
          }
        });
  }

  private static void loads(
      TypeSpec.Builder type, MethodSpec.Builder constructor, ModelContext c, boolean reads) {
    if (reads) {
      constructor.addCode(open(c));
    }
    List<String> statements = c.sections().statements();
    String in = reads ? "in" : "";
    List<List<String>> parts = new ArrayList<>();
    for (int i = 0; i < statements.size(); i += LOADS_PER_METHOD) {
      parts.add(statements.subList(i, Math.min(i + LOADS_PER_METHOD, statements.size())));
    }
    if (parts.size() == 1) {
      constructor.addCode(RuntimeTypes.code(String.join("\n", parts.get(0)) + "\n"));
    }
    for (int i = 0; parts.size() > 1 && i < parts.size(); i++) {
      constructor.addStatement("load$L($L)", i, in);
      MethodSpec.Builder load = MethodSpec.methodBuilder("load" + i).addModifiers(Modifier.PRIVATE);
      if (reads) {
        load.addParameter(Weights.class, "in");
      }
      type.addMethod(
          load.addCode(RuntimeTypes.code(String.join("\n", parts.get(i)) + "\n")).build());
    }
    if (reads) {
      constructor.addStatement("in.end()");
    }
    rowMethods(type, statements);
  }

  private static CodeBlock open(ModelContext c) {
    if (c.options().weights() == WeightStorage.SOURCE) {
      return CodeBlock.of(
          "$T in = $T.of(MODEL_HASH, $L_W0.chunks());\n",
          Weights.class,
          Weights.class,
          c.options().className());
    }
    String resource = c.options().className() + ".weights";
    return CodeBlock.of(
        "$T in = $T.open($L.class, $L, MODEL_HASH);\n",
        Weights.class,
        Weights.class,
        c.options().className(),
        JavaLiterals.of(resource));
  }

  /** The methods that statements of {@link WeightSections} call. */
  private static void rowMethods(TypeSpec.Builder type, List<String> statements) {
    if (statements.stream().anyMatch(s -> s.startsWith("fillRows("))) {
      type.addMethod(
          rowMethod("fillRows")
              .addParameter(float[][].class, "table")
              .addParameter(int.class, "first")
              .addParameter(int.class, "rows")
              .addParameter(int.class, "length")
              .addParameter(float.class, "value")
              .addCode(
                  RuntimeTypes.code(
                      """
                      for (int r = first; r < first + rows; r++) {
                        table[r] = new float[length];
                        $arrays:T.fill(table[r], value);
                      }
                      """))
              .build());
    }
    for (Storage s : Storage.values()) {
      String call = "splitRows(in." + FieldNames.element(s) + "s(";
      if (statements.stream().anyMatch(t -> t.startsWith(call))) {
        type.addMethod(
            rowMethod("splitRows")
                .addParameter(FieldNames.arrayClass(s), "all")
                .addParameter(FieldNames.tableClass(s), "table")
                .addParameter(int.class, "first")
                .addParameter(int.class, "rows")
                .addCode(
                    RuntimeTypes.code(
                        """
                        int length = all.length / rows;
                        for (int r = 0; r < rows; r++) {
                          table[first + r] = $arrays:T.copyOfRange(all, r * length, (r + 1) * length);
                        }
                        """))
                .build());
      }
    }
  }

  private static MethodSpec.Builder rowMethod(String name) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE, Modifier.STATIC);
  }
}
