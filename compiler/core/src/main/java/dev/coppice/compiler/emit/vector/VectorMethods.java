package dev.coppice.compiler.emit.vector;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
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
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.RegisterOperations;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  public void prepare(TypeSpec.Builder type, List<Stmt> bodies, List<Stmt> all, KernelNames names) {
    if (bodies.stream().noneMatch(this::usesVectorApi)) {
      return;
    }
    type.addField(
        FieldSpec.builder(SPECIES, RegisterRenderer.SPECIES)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer(
                "$1T.SPECIES_PREFERRED.length() > $2L ? $1T.SPECIES_512 : $1T.SPECIES_PREFERRED",
                FLOAT_VECTOR,
                LoopType.MOST_LANES)
            .build());
    type.addField(
        FieldSpec.builder(TypeName.INT, RegisterRenderer.LANES)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
            .initializer(RegisterRenderer.SPECIES + ".length()")
            .build());
    operations(all, names).ifPresent(type::addStaticBlock);
  }

  /**
   * Does once whatever the model does with registers. Methods of the Vector API that all operators
   * share look an operator up, and make it at its first use. HotSpot 17 compiles them for the
   * operators that it has seen; a later one leaves such code by a trap, which counts against every
   * method that the code is inlined into, and after a hundred HotSpot compiles that method with
   * vectors as objects.
   */
  private Optional<CodeBlock> operations(List<Stmt> all, KernelNames names) {
    Var one = new Var("one", LoopType.FLOAT.times(LoopType.REGISTER));
    Set<Expr> operations = RegisterOperations.of(all, one);
    if (operations.isEmpty()) {
      return Optional.empty();
    }
    List<Stmt> statements = new ArrayList<>();
    statements.add(Stmts.local(one, Exprs.literal(one.type(), 1)));
    for (Expr e : operations) {
      statements.add(Stmts.local(new Var("result" + statements.size(), e.type()), e));
    }
    CodeBlock body =
        scalar
            .method("operations", List.of(), List.of(), List.of(), Stmts.block(statements), names)
            .code();
    return Optional.of(
        CodeBlock.builder()
            .add("// Each operator is used before HotSpot compiles the methods that all share.\n")
            .add(body)
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
