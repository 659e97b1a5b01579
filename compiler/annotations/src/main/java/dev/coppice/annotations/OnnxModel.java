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
 * <pre>{@code
 * @OnnxModel("kws.onnx")
 * final class KeywordSpotter {
 *   private final Kws model = new Kws();
 *   private final float[] scores = new float[12];
 *
 *   float[] score(float[] features) {
 *     model.run(features, scores);
 *     return scores;
 *   }
 * }
 * }</pre>
 *
 * <p>The generated class has a constructor, which loads the weights, and {@code run} over the
 * caller's arrays, which allocates nothing. One type may carry several models, each with its own
 * class name. With Maven, the processor {@code coppice-processor} belongs in {@code
 * annotationProcessorPaths}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.SOURCE)
@Repeatable(OnnxModels.class)
public @interface OnnxModel {
  /**
   * The path of the model file, with {@code /} between folders. It is relative to the folder that
   * the processor option {@code modelDir} names, since a processor cannot find source folders by
   * itself.
   */
  String value();

  /** What kind of Java is generated. */
  Backend backend() default Backend.PORTABLE;

  /** Where the weights go. */
  WeightStorage weights() default WeightStorage.RESOURCE;

  /**
   * Sizes of the model's symbolic dimensions, each as {@code "name=size"}, for example {@code
   * "seq=16"}. Shapes are fixed when a model is compiled; a symbolic dimension that is not named
   * here is an error.
   */
  String[] dims() default {};

  /**
   * Values of inputs of one element that are known when the model is compiled, each as {@code
   * "input=value"}, for example {@code "sr=16000"}. A bound input is a constant and no parameter of
   * {@code run}.
   */
  String[] binds() default {};

  /**
   * The simple name of the generated class. If it is empty, the file name without its extension
   * makes the name, in camel case: {@code kws-small.onnx} gives {@code KwsSmall}.
   */
  String className() default "";
}
