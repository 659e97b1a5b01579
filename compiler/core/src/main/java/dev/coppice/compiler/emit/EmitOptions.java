package dev.coppice.compiler.emit;

import dev.coppice.compiler.emit.java.ClassFileLimits;
import java.util.List;

/**
 * How the generated class looks.
 *
 * @param packageName package, empty for the unnamed one
 * @param className simple name of the model class
 * @param isPublic whether the model class is public; kernel classes never are
 * @param interfaces fully qualified names of the interfaces it implements; {@code run} then carries
 *     {@code @Override}
 * @param runName name of the method that runs the model
 * @param weights where the weights go
 * @param modelHash SHA-256 of what was compiled, 64 hexadecimal digits; the weight file must carry
 *     it
 * @param methodBytes budget of bytecode per method
 * @param classBytes budget of bytecode per kernel class
 * @param notes sentences added to the class's Javadoc
 */
public record EmitOptions(
    String packageName,
    String className,
    boolean isPublic,
    List<String> interfaces,
    String runName,
    WeightStorage weights,
    String modelHash,
    int methodBytes,
    int classBytes,
    List<String> notes) {

  /** Where weights go. */
  public enum WeightStorage {
    /** One binary resource beside the class. */
    RESOURCE,
    /** String constants, for JVMs without resources. */
    SOURCE
  }

  public EmitOptions {
    interfaces = List.copyOf(interfaces);
    notes = List.copyOf(notes);
  }

  /** A public class with its weights in a resource. */
  public static EmitOptions of(String packageName, String className) {
    return new EmitOptions(
        packageName,
        className,
        true,
        List.of(),
        "run",
        WeightStorage.RESOURCE,
        "0".repeat(64),
        ClassFileLimits.METHOD_BUDGET,
        ClassFileLimits.KERNEL_CLASS_BUDGET,
        List.of());
  }

  /** With the weights elsewhere. */
  public EmitOptions withWeights(WeightStorage storage) {
    return new EmitOptions(
        packageName,
        className,
        isPublic,
        interfaces,
        runName,
        storage,
        modelHash,
        methodBytes,
        classBytes,
        notes);
  }

  /** For a model of this SHA-256, in hexadecimal. */
  public EmitOptions withModelHash(String hash) {
    return new EmitOptions(
        packageName,
        className,
        isPublic,
        interfaces,
        runName,
        weights,
        hash,
        methodBytes,
        classBytes,
        notes);
  }

  /** With other budgets of bytecode. */
  public EmitOptions withBudgets(int method, int kernelClass) {
    return new EmitOptions(
        packageName,
        className,
        isPublic,
        interfaces,
        runName,
        weights,
        modelHash,
        method,
        kernelClass,
        notes);
  }

  /** As the implementation of an interface whose only method is {@code method}. */
  public EmitOptions implementing(String interfaceName, String method, boolean makePublic) {
    return new EmitOptions(
        packageName,
        className,
        makePublic,
        List.of(interfaceName),
        method,
        weights,
        modelHash,
        methodBytes,
        classBytes,
        notes);
  }

  /** For a class {@code Kws_Vector} that only {@code Kws} uses. */
  public EmitOptions part(String suffix) {
    return new EmitOptions(
        packageName,
        className + "_" + suffix,
        false,
        List.of(),
        "run",
        weights,
        modelHash,
        methodBytes,
        classBytes,
        List.of());
  }

  /** With these sentences in the class's Javadoc. */
  public EmitOptions withNotes(List<String> sentences) {
    return new EmitOptions(
        packageName,
        className,
        isPublic,
        interfaces,
        runName,
        weights,
        modelHash,
        methodBytes,
        classBytes,
        sentences);
  }

  /** Fully qualified name of the model class. */
  public String qualifiedName() {
    return packageName.isEmpty() ? className : packageName + "." + className;
  }

  /** Path of the weight resource below a class path root. */
  public String weightsPath() {
    return qualifiedName().replace('.', '/') + ".weights";
  }
}
