package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.lowering.MemoryPlan.Planes;
import dev.coppice.compiler.tensor.DType.Storage;
import dev.coppice.runtime.Weights;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * Fields of the model class (arenas, scratch planes, weights) and the constructor that makes and
 * fills them.
 */
final class ModelState {
  /** No statement that loads a tensor takes more bytes of bytecode. */
  private static final int LOAD_BYTES = 30;

  private ModelState() {}

  static void add(TypeSpec.Builder type, ModelContext c) {
    MethodSpec.Builder constructor = constructor(c);
    c.memory()
        .arenaLength()
        .forEach((s, length) -> array(type, constructor, s, FieldNames.arena(s), length));
    planes(type, constructor, c.memory().planes());
    c.layout()
        .flatLength()
        .forEach(
            (s, length) -> {
              if (WeightLayout.isSplit(s)) {
                array(type, constructor, s, FieldNames.weights(s), length);
              } else {
                field(type, FieldNames.arrayClass(s), FieldNames.weights(s));
              }
            });
    c.layout()
        .rowCount()
        .forEach(
            (s, rows) -> {
              String name = FieldNames.weightRows(s);
              field(type, FieldNames.tableClass(s), name);
              constructor.addStatement("$L = new $L[$L][]", name, FieldNames.element(s), rows);
            });
    if (!c.sections().isEmpty()) {
      loads(type, constructor, c);
    }
    ModelParts.addState(type, constructor, c);
    type.addMethod(constructor.build());
  }

  /** The constructor without its body. */
  static MethodSpec.Builder constructor(ModelContext c) {
    MethodSpec.Builder constructor = MethodSpec.constructorBuilder();
    if (c.options().isPublic()) {
      constructor.addModifiers(Modifier.PUBLIC);
    }
    return constructor.addJavadoc(
        c.sections().isEmpty()
            ? "Makes an instance with its memory.\n"
            : "Makes an instance with its weights and memory.\n\n"
                + "@throws IllegalStateException if the weights are missing, damaged or of"
                + " another model\n");
  }

  private static void field(TypeSpec.Builder type, Class<?> of, String name) {
    type.addField(FieldSpec.builder(of, name, Modifier.PRIVATE, Modifier.FINAL).build());
  }

  private static void array(
      TypeSpec.Builder type,
      MethodSpec.Builder constructor,
      Storage storage,
      String name,
      int length) {
    field(type, FieldNames.arrayClass(storage), name);
    constructor.addStatement("$L = new $L[$L]", name, FieldNames.element(storage), length);
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

  private static void loads(TypeSpec.Builder type, MethodSpec.Builder constructor, ModelContext c) {
    constructor.addCode(c.sections().open(c.options().className()));
    c.sections().fields().forEach(f -> constructor.addCode("$L\n", f));
    List<String> loads = c.sections().loads();
    int most = Math.max(1, c.options().methodBytes() / LOAD_BYTES);
    if (loads.size() <= most) {
      constructor.addCode(RuntimeTypes.code(lines(loads)));
    }
    for (int i = 0; loads.size() > most && i * most < loads.size(); i++) {
      List<String> part = loads.subList(i * most, Math.min((i + 1) * most, loads.size()));
      constructor.addStatement("load$L(in)", i);
      type.addMethod(
          MethodSpec.methodBuilder("load" + i)
              .addModifiers(Modifier.PRIVATE)
              .addParameter(Weights.class, "in")
              .addCode(RuntimeTypes.code(lines(part)))
              .build());
    }
    constructor.addStatement("in.end()");
    splitRows(type, loads);
  }

  private static String lines(List<String> statements) {
    return statements.stream().map(s -> s + "\n").collect(Collectors.joining());
  }

  /** The methods that loads of {@link WeightSections} call. */
  private static void splitRows(TypeSpec.Builder type, List<String> loads) {
    for (Storage s : Storage.values()) {
      String call = "splitRows(in." + FieldNames.element(s) + "s(";
      if (loads.stream().anyMatch(t -> t.startsWith(call))) {
        type.addMethod(
            MethodSpec.methodBuilder("splitRows")
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
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
}
