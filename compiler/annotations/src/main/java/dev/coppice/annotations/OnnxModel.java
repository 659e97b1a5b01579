package dev.coppice.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has an ONNX model compiled to a Java class in the package of the annotated type.
 *
 * <p>On an interface, the class implements it and is called {@code Coppice} and the interface's
 * name. The interface has one abstract method, whose parameters are the model's inputs, then its
 * outputs, in the model's order, each a flat array:
 *
 * <pre>{@code
 * @OnnxModel("kws.onnx")
 * interface KeywordSpotter {
 *   void run(float[] features, float[] scores);
 * }
 *
 * KeywordSpotter spotter = new CoppiceKeywordSpotter();
 * spotter.run(features, scores);
 * }</pre>
 *
 * <p>On any other type, the class stands for itself and its method is {@code run}:
 *
 * <pre>{@code
 * @OnnxModel("kws.onnx")
 * final class Spotting {
 *   private final Kws model = new Kws();
 * }
 * }</pre>
 *
 * <p>The constructor of the generated class loads the weights; running it allocates nothing. One
 * type may carry several models, each with its own class name. With Maven, the processor {@code
 * coppice-processor} belongs in {@code annotationProcessorPaths}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.SOURCE)
@Repeatable(OnnxModels.class)
public @interface OnnxModel {
  /**
   * The path of the model file, with {@code /} between folders. It is looked for below the folder
   * that the processor option {@code -Acoppice.modelDir=DIR} names; then, relative to the package
   * of the annotated type or to the root, in the class output (where Maven and Gradle have copied
   * the resources by then), on the source path and on the class path.
   */
  String value();

  /** What kind of Java is generated. */
  Backend backend() default Backend.PORTABLE;

  /**
   * How many threads share the work of a run, 1 to 64; the calling one is among them. With more
   * than one, an instance has daemon threads of its own, which end when it is unreachable. The
   * results are the same, bit for bit.
   */
  int threads() default 1;

  /** Where the weights go. */
  WeightStorage weights() default WeightStorage.RESOURCE;

  /**
   * Whether weights of few values (codebooks, few bits, mostly zeros) stay coded in memory, and are
   * decoded layer by layer in each run: several times less memory, longer runs.
   */
  boolean codedWeights() default false;

  /**
   * Sizes of the model's symbolic dimensions, each as {@code "name=size"}, for example {@code
   * "seq=16"}. Shapes are fixed when a model is compiled; a symbolic dimension that is not named
   * here is an error. Several sizes, {@code "seq=16,32,64"}, make one class with code for each,
   * which shares weights and memory and chooses by the lengths of the arrays passed.
   */
  String[] dims() default {};

  /**
   * Values of inputs of one element that are known when the model is compiled, each as {@code
   * "input=value"}, for example {@code "sr=16000"}. A bound input is a constant and no parameter of
   * {@code run}.
   */
  String[] binds() default {};

  /**
   * The path of a file that {@code coppice calibrate} wrote on the machine that will run the class:
   * schedules are chosen by what things cost there. It is looked for as the model is. If it is
   * empty, costs are those of an x86-64 core with 512-bit vectors.
   */
  String costs() default "";

  /**
   * The path of a file with the schedules that {@code coppice compile --tune} found to be the
   * fastest; they count more than predictions. It is looked for as the model is.
   */
  String schedules() default "";

  /**
   * The simple name of the generated class. If it is empty, an interface {@code KeywordSpotter}
   * gives {@code CoppiceKeywordSpotter}, with the names of enclosing types in front of its own; for
   * other types the file name without its extension makes the name, in camel case: {@code
   * kws-small.onnx} gives {@code KwsSmall}.
   */
  String className() default "";
}
