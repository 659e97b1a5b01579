package dev.coppice.compiler.emit.vector;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.emit.java.KernelNames;
import dev.coppice.compiler.emit.java.MethodRenderer;
import dev.coppice.compiler.emit.portable.PortableMethods;
import dev.coppice.compiler.emit.portable.RegisterRenderer;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;

/**
 * Kernels and functions as static methods; what fills a register is a FloatVector of the preferred
 * species, which {@link RegisterClass} knows.
 */
final class VectorMethods implements MethodRenderer {
  private static final ClassName VECTOR_SPECIES =
      ClassName.get("jdk.incubator.vector", "VectorSpecies");
  private static final ClassName VECTOR_SHAPE =
      ClassName.get("jdk.incubator.vector", "VectorShape");

  private final MethodRenderer scalar = new PortableMethods();

  @Override
  public MethodSpec method(
      String name,
      List<String> javadoc,
      List<Buffer> arrays,
      List<Var> scalars,
      Stmt body,
      KernelNames names) {
    return scalar.method(name, javadoc, arrays, scalars, body, names);
  }

  @Override
  public Optional<TypeSpec> shared(String model, List<Stmt> bodies) {
    return bodies.stream().anyMatch(this::usesVectorApi)
        ? Optional.of(RegisterClass.of(model))
        : Optional.empty();
  }

  @Override
  public void prepare(TypeSpec.Builder type, List<Stmt> bodies, String model) {
    if (bodies.stream().noneMatch(this::usesVectorApi)) {
      return;
    }
    type.addField(
        FieldSpec.builder(RegisterClass.SPECIES, RegisterRenderer.SPECIES)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer("$L.$L", RegisterClass.name(model), RegisterRenderer.SPECIES)
            .build());
    type.addField(
        FieldSpec.builder(TypeName.INT, RegisterRenderer.LANES)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer(RegisterRenderer.SPECIES + ".length()")
            .build());
    integers(type, bodies);
    orders(type, bodies);
  }

  /** The orders of lanes that {@code bodies} bring registers in. */
  private static void orders(TypeSpec.Builder type, List<Stmt> bodies) {
    Set<Intrinsic> orders = EnumSet.noneOf(Intrinsic.class);
    for (Stmt body : bodies) {
      LoopTree.expressions(
          body,
          e -> {
            if (e instanceof Expr.Call c && c.function().movesLanes()) {
              orders.add(c.function());
            }
          });
    }
    for (Intrinsic f : orders) {
      boolean even = f == Intrinsic.EVENS;
      type.addField(
          FieldSpec.builder(
                  RegisterClass.ORDER,
                  even ? RegisterRenderer.EVENS : RegisterRenderer.ODDS,
                  Modifier.PRIVATE,
                  Modifier.STATIC,
                  Modifier.FINAL)
              .initializer(RegisterClass.order(even ? 0 : 1))
              .build());
    }
  }

  /** The species of registers that {@code bodies} load from integers. */
  private static void integers(TypeSpec.Builder type, List<Stmt> bodies) {
    Set<DType> loaded = new TreeSet<>();
    for (Stmt body : bodies) {
      LoopTree.expressions(
          body,
          e -> {
            if (e instanceof Expr.Load l && e.type().isRegister()) {
              loaded.add(l.array().dtype());
            }
          });
    }
    loaded.remove(DType.FLOAT32);
    if (!loaded.isEmpty()) {
      species(type, RegisterRenderer.INTS, TypeName.INT, 4);
    }
    if (loaded.contains(DType.INT8)) {
      species(type, RegisterRenderer.BYTES, TypeName.BYTE, 1);
    }
    if (loaded.contains(DType.INT16)) {
      species(type, RegisterRenderer.SHORTS, TypeName.SHORT, 2);
    }
  }

  /** A species of as many elements as a register has lanes, or of the least register there is. */
  private static void species(TypeSpec.Builder type, String name, TypeName element, int bytes) {
    type.addField(
        FieldSpec.builder(ParameterizedTypeName.get(VECTOR_SPECIES, element.box()), name)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer(
                "$T.of($T.class, $T.forBitSize($T.max(64, $L * $L)))",
                VECTOR_SPECIES,
                element,
                VECTOR_SHAPE,
                Math.class,
                8 * bytes,
                RegisterRenderer.LANES)
            .build());
  }

  /** A choice by the number of lanes needs the constants, too, without a register of its own. */
  @Override
  public boolean usesVectorApi(Stmt body) {
    boolean[] registers = {false};
    LoopTree.expressions(
        body, e -> registers[0] |= e.type().isRegister() || e instanceof Expr.Lanes);
    return registers[0];
  }

  @Override
  public int bytecodeBytes(Stmt body) {
    return scalar.bytecodeBytes(body);
  }
}
