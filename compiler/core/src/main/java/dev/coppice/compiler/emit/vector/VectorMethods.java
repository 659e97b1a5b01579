package dev.coppice.compiler.emit.vector;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.coppice.compiler.emit.java.KernelNames;
import dev.coppice.compiler.emit.java.MethodRenderer;
import dev.coppice.compiler.emit.portable.PortableMethods;
import dev.coppice.compiler.emit.portable.RegisterRenderer;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import java.util.List;
import javax.lang.model.element.Modifier;

/**
 * Kernels and functions as static methods; what fills a register is a FloatVector of the preferred
 * species. The species is a constant, so that HotSpot folds every branch on its length.
 */
final class VectorMethods implements MethodRenderer {
  private static final ClassName FLOAT_VECTOR =
      ClassName.get("jdk.incubator.vector", "FloatVector");
  private static final TypeName SPECIES =
      ParameterizedTypeName.get(
          ClassName.get("jdk.incubator.vector", "VectorSpecies"), TypeName.FLOAT.box());

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
  public List<FieldSpec> constants(List<Stmt> bodies) {
    if (bodies.stream().noneMatch(this::usesVectorApi)) {
      return List.of();
    }
    return List.of(
        FieldSpec.builder(SPECIES, RegisterRenderer.SPECIES)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer(
                "$1T.SPECIES_PREFERRED.length() > $2L ? $1T.SPECIES_512 : $1T.SPECIES_PREFERRED",
                FLOAT_VECTOR,
                LoopType.MOST_LANES)
            .build(),
        FieldSpec.builder(TypeName.INT, RegisterRenderer.LANES)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer(RegisterRenderer.SPECIES + ".length()")
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
