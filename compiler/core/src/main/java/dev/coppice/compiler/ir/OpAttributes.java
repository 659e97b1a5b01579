package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.DType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Attributes of operators, which are the components of their records, as values and as text. The
 * only place that reflects on operators.
 *
 * <p>Text of one attribute: integers {@code 1}, floats {@code 0.5}, {@code -Infinity}, booleans
 * {@code true}, strings {@code 'a b'}, enum constants {@code MEAN}, element types {@code f32},
 * lists {@code [1,1]}, bodies of regions {@code graph body(x: f32[1]) -> (y) {...}}.
 */
public final class OpAttributes {

  /**
   * A bare word of the text form: an enum constant, an element type, a boolean or a float such as
   * {@code NaN}.
   */
  record Word(String text) {}

  private OpAttributes() {}

  /** The components of {@code op} by name, in declaration order. */
  public static Map<String, Object> of(Op op) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (RecordComponent c : components(op.getClass())) {
      try {
        attributes.put(c.getName(), c.getAccessor().invoke(op));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("compiler bug: cannot read " + c + " of " + op, e);
      }
    }
    return attributes;
  }

  /** For example {@code {strides=[1,1], group=1}}; empty for an operator without attributes. */
  public static String text(Op op) {
    Map<String, Object> attributes = of(op);
    return attributes.isEmpty()
        ? ""
        : attributes.entrySet().stream()
            .map(e -> e.getKey() + "=" + text(e.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(OpAttributes::text).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof String s) {
      return TextTokens.quote(s);
    }
    if (value instanceof Graph body) {
      return TextPrinter.print(body);
    }
    return value instanceof Enum<?> e && !(value instanceof DType) ? e.name() : value.toString();
  }

  /**
   * The operator of record class {@code type} with these attributes, as the parser reads them.
   *
   * @throws IllegalArgumentException if an attribute is missing, unknown or of another type
   */
  public static Op create(Class<? extends Op> type, Map<String, Object> attributes) {
    RecordComponent[] components = components(type);
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    Map<String, Object> left = new LinkedHashMap<>(attributes);
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Object raw = left.remove(name);
      if (raw == null) {
        throw new IllegalArgumentException(type.getSimpleName() + " needs attribute " + name);
      }
      types[i] = components[i].getType();
      values[i] = convert(components[i].getGenericType(), raw, type.getSimpleName() + "." + name);
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          type.getSimpleName() + " has no attribute " + left.keySet().iterator().next());
    }
    try {
      Constructor<? extends Op> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          type.getSimpleName() + attributes + ": " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("compiler bug: " + type + " is not a public record", e);
    }
  }

  private static RecordComponent[] components(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalStateException("compiler bug: operator " + type + " is not a record");
    }
    return components;
  }

  private static Object convert(Type type, Object raw, String where) {
    if (type instanceof ParameterizedType p
        && p.getRawType() == List.class
        && raw instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      for (Object o : list) {
        values.add(convert(p.getActualTypeArguments()[0], o, where));
      }
      return List.copyOf(values);
    }
    String text = raw instanceof Word w ? w.text() : raw.toString();
    if (type == String.class && raw instanceof String
        || type == Graph.class && raw instanceof Graph) {
      return raw;
    }
    if (type instanceof Class<?> c && raw instanceof Word) {
      try {
        return ofWord(c, text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(where + " cannot be " + text, e);
      }
    }
    throw new IllegalArgumentException(where + " cannot be " + text);
  }

  private static Object ofWord(Class<?> type, String text) {
    if (type == int.class || type == Integer.class) {
      return Integer.valueOf(text);
    }
    if (type == long.class || type == Long.class) {
      return Long.valueOf(text);
    }
    if (type == float.class || type == Float.class) {
      return Float.valueOf(text);
    }
    if (type == double.class || type == Double.class) {
      return Double.valueOf(text);
    }
    if ((type == boolean.class || type == Boolean.class)
        && (text.equals("true") || text.equals("false"))) {
      return Boolean.valueOf(text);
    }
    if (type == DType.class) {
      return DType.ofLabel(text).orElseThrow(() -> new IllegalArgumentException(text));
    }
    for (Object constant : type.isEnum() ? type.getEnumConstants() : new Object[0]) {
      if (((Enum<?>) constant).name().equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(text);
  }
}
