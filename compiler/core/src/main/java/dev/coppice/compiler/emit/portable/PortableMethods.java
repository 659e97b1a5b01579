package dev.coppice.compiler.emit.portable;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.MethodSpec;
import dev.coppice.compiler.emit.java.JavaNames;
import dev.coppice.compiler.emit.java.KernelNames;
import dev.coppice.compiler.emit.java.MethodRenderer;
import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopCost;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Kernels and functions as static methods of plain Java. */
public final class PortableMethods implements MethodRenderer {
  @Override
  public MethodSpec method(
      String name,
      List<String> javadoc,
      List<Buffer> arrays,
      List<Var> scalars,
      Stmt body,
      KernelNames calls) {
    MethodNames names = new MethodNames(arrays, scalars, body);
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).addModifiers(Modifier.STATIC);
    method.addJavadoc(
        "$L\n", javadoc.stream().map(JavaNames::javadoc).collect(Collectors.joining("\n\n<p>")));
    for (Buffer b : arrays) {
      Class<?> array = Tensor.newArray(b.dtype(), 0).getClass();
      method.addParameter(
          b.layout() == Buffer.Layout.PLANAR ? array.arrayType() : array, names.array(b));
      if (b.layout() != Buffer.Layout.ROW) {
        method.addParameter(int.class, names.offset(b));
      }
    }
    for (Var v : scalars) {
      method.addParameter(type(v.type()), names.variable(v, 0));
    }
    if (mayCastInVain(body)) {
      method.addAnnotation(
          AnnotationSpec.builder(SuppressWarnings.class).addMember("value", "$S", "cast").build());
    }
    return method
        .addCode(RuntimeTypes.code(new StmtRenderer(names, calls::function).render(body)))
        .build();
  }

  /**
   * Whether a narrowing cast stands before a choice: where one side is a constant, javac gives the
   * choice the narrow type and calls the cast redundant.
   */
  private static boolean mayCastInVain(Stmt body) {
    boolean[] found = {false};
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.Store t && isNarrow(t.array().dtype())) {
            LoopTree.walk(t.value(), e -> found[0] |= e instanceof Expr.Select);
          } else if (s instanceof Stmt.Fill f && isNarrow(f.array().dtype())) {
            LoopTree.walk(f.value(), e -> found[0] |= e instanceof Expr.Select);
          }
        });
    return found[0];
  }

  private static boolean isNarrow(DType dtype) {
    return !dtype.isFloat() && dtype != DType.BOOL && dtype.bytes() < 4;
  }

  private static Type type(LoopType type) {
    return switch (type.scalar()) {
      case FLOAT -> float.class;
      case DOUBLE -> double.class;
      case LONG -> long.class;
      case INT -> int.class;
      case BOOLEAN -> boolean.class;
    };
  }

  @Override
  public int bytecodeBytes(Stmt body) {
    return LoopCost.bytecodeBytes(body);
  }
}
