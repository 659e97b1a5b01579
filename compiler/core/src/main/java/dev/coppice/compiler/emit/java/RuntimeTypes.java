package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.coppice.runtime.DoubleMath;
import dev.coppice.runtime.FloatMath;
import dev.coppice.runtime.Half;
import dev.coppice.runtime.WinogradWeights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The classes that generated method bodies name. Bodies are text in which {@code $name:T} stands
 * for a class and {@code $$} for a dollar sign, so that imports are right whatever the generated
 * class is called.
 */
public final class RuntimeTypes {
  public static final String FLOAT_MATH = "$floatMath:T";
  public static final String DOUBLE_MATH = "$doubleMath:T";
  public static final String HALF = "$half:T";
  public static final String MATH = "$math:T";
  public static final String STRICT_MATH = "$strictMath:T";
  public static final String FLOAT = "$float:T";
  public static final String DOUBLE = "$double:T";
  public static final String INTEGER = "$integer:T";
  public static final String LONG = "$long:T";
  public static final String BYTE_VECTOR = "$byteVector:T";
  public static final String SHORT_VECTOR = "$shortVector:T";
  public static final String INT_VECTOR = "$intVector:T";
  public static final String FLOAT_VECTOR = "$floatVector:T";
  public static final String VECTOR_OPERATORS = "$vectorOperators:T";
  public static final String SYSTEM = "$system:T";
  public static final String ARRAYS = "$arrays:T";
  public static final String WINOGRAD_WEIGHTS = "$winogradWeights:T";

  private RuntimeTypes() {}

  /** The code block for a body. */
  public static CodeBlock code(String body) {
    Map<String, Object> types = new LinkedHashMap<>();
    types.put("floatMath", FloatMath.class);
    types.put("doubleMath", DoubleMath.class);
    types.put("half", Half.class);
    types.put("math", Math.class);
    types.put("strictMath", StrictMath.class);
    types.put("float", Float.class);
    types.put("double", Double.class);
    types.put("integer", Integer.class);
    types.put("long", Long.class);
    for (String element : List.of("byte", "short", "int")) {
      String simple = element.substring(0, 1).toUpperCase(Locale.ROOT) + element.substring(1);
      types.put(element + "Vector", ClassName.get("jdk.incubator.vector", simple + "Vector"));
    }
    types.put("floatVector", ClassName.get("jdk.incubator.vector", "FloatVector"));
    types.put("vectorOperators", ClassName.get("jdk.incubator.vector", "VectorOperators"));
    types.put("system", System.class);
    types.put("arrays", Arrays.class);
    types.put("winogradWeights", WinogradWeights.class);
    return CodeBlock.builder().addNamed(body, types).build();
  }
}
