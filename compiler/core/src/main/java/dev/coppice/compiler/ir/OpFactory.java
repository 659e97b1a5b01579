package dev.coppice.compiler.ir;

import java.util.Map;

/** Makes operators from their names and attributes as text has them. */
@FunctionalInterface
public interface OpFactory {
  /**
   * The operator called {@code name}.
   *
   * @param attributes as {@link OpAttributes#create} takes them
   * @throws IllegalArgumentException if there is no such operator, or it does not have these
   *     attributes
   */
  Op create(String name, Map<String, Object> attributes);
}
