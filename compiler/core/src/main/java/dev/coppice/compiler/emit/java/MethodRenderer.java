package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import java.util.List;
import java.util.Optional;

/** What a backend adds to the skeleton that all share: the text of one kernel or function. */
public interface MethodRenderer {
  /**
   * A static method.
   *
   * @param name method name
   * @param javadoc lines of its comment
   * @param arrays array parameters: an array, and its offset unless it is bare
   * @param scalars scalar parameters
   * @param body what it does
   * @param names how it names functions
   */
  MethodSpec method(
      String name,
      List<String> javadoc,
      List<Buffer> arrays,
      List<Var> scalars,
      Stmt body,
      KernelNames names);

  /**
   * A class that the classes of methods share, if they need one.
   *
   * @param model name of the model class
   * @param bodies of all its methods
   */
  default Optional<TypeSpec> shared(String model, List<Stmt> bodies) {
    return Optional.empty();
  }

  /**
   * Adds what a class of methods needs besides them.
   *
   * @param type the class
   * @param bodies of its methods
   * @param model name of the model class
   */
  default void prepare(TypeSpec.Builder type, List<Stmt> bodies, String model) {}

  /** Whether what it writes for {@code body} names classes of the Vector API. */
  default boolean usesVectorApi(Stmt body) {
    return false;
  }

  /** Estimated bytes of bytecode of {@code body}. */
  int bytecodeBytes(Stmt body);
}
