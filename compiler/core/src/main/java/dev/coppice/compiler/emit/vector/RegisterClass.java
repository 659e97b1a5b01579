package dev.coppice.compiler.emit.vector;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.emit.portable.RegisterRenderer;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.runtime.VectorProfiles;
import javax.lang.model.element.Modifier;

/**
 * The class {@code Kws_Registers} that knows the shape of the registers of {@code Kws}, and has the
 * JVM see all that is done with registers before it compiles any of it ({@link VectorProfiles}).
 */
final class RegisterClass {
  private static final ClassName VECTOR_SPECIES =
      ClassName.get("jdk.incubator.vector", "VectorSpecies");
  private static final ClassName VECTOR_SHAPE =
      ClassName.get("jdk.incubator.vector", "VectorShape");

  static final TypeName SPECIES = ParameterizedTypeName.get(VECTOR_SPECIES, TypeName.FLOAT.box());

  private static final ClassName VECTOR_SHUFFLE =
      ClassName.get("jdk.incubator.vector", "VectorShuffle");

  static final TypeName ORDER = ParameterizedTypeName.get(VECTOR_SHUFFLE, TypeName.FLOAT.box());

  private static final ClassName FLOATS = ClassName.get("jdk.incubator.vector", "FloatVector");
  private static final ClassName LONGS = ClassName.get("jdk.incubator.vector", "LongVector");
  private static final ClassName INTS = ClassName.get("jdk.incubator.vector", "IntVector");
  private static final ClassName BYTES = ClassName.get("jdk.incubator.vector", "ByteVector");
  private static final ClassName SHORTS = ClassName.get("jdk.incubator.vector", "ShortVector");
  private static final ClassName OPERATORS =
      ClassName.get("jdk.incubator.vector", "VectorOperators");

  private RegisterClass() {}

  /** Its name, for the model class {@code model}. */
  static String name(String model) {
    return model + "_Registers";
  }

  /** The class for the model class {@code model}. */
  static TypeSpec of(String model) {
    return TypeSpec.classBuilder(name(model))
        .addModifiers(Modifier.FINAL)
        .addJavadoc("Registers of {@link $L}.\n", model)
        .addField(species())
        .addStaticBlock(
            CodeBlock.builder()
                .beginControlFlow("if ($T.areMissing())", VectorProfiles.class)
                .addStatement("makeProfiles()")
                .endControlFlow()
                .build())
        .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
        .addMethod(makeProfiles())
        .addMethod(useLongs())
        .addMethod(storeFloats())
        .addMethod(useFloats())
        .addMethod(useStored())
        .build();
  }

  private static FieldSpec species() {
    return FieldSpec.builder(SPECIES, RegisterRenderer.SPECIES, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("The shape of a register; a constant, so that branches on it are folded.\n")
        .initializer(
            "$1T.SPECIES_PREFERRED.length() > $2L ? $1T.SPECIES_512 : $1T.SPECIES_PREFERRED",
            FLOATS,
            LoopType.MOST_LANES)
        .build();
  }

  private static MethodSpec makeProfiles() {
    return method(
            "makeProfiles", "Uses the operators until the JVM has profiles of what they share.")
        .addStatement("long[] longs = new long[1]")
        .addStatement("float[] floats = new float[$L.length()]", RegisterRenderer.SPECIES)
        .addStatement("byte[] bytes = new byte[2 * floats.length]")
        .addStatement("short[] shorts = new short[2 * floats.length]")
        .beginControlFlow("for (int i = 0; i < $T.ROUNDS; i++)", VectorProfiles.class)
        .beginControlFlow("for (int j = 0; j < $T.CALLS; j++)", VectorProfiles.class)
        .addStatement("useLongs(longs)")
        .addStatement("storeFloats(floats)")
        .endControlFlow()
        .addStatement("useFloats(floats)")
        .addStatement("useStored(bytes, shorts, floats)")
        .endControlFlow()
        .build();
  }

  /** An order of lanes: every second from {@code first} on, then the same again. */
  static CodeBlock order(int first) {
    return CodeBlock.of(
        "$T.iota($L, $L, 2, true)", VECTOR_SHUFFLE, RegisterRenderer.SPECIES, first);
  }

  /** Another shape of floats would leave it open which one later code means. */
  private static MethodSpec useLongs() {
    return method("useLongs", "What operators share, on the smallest vectors there are.")
        .addParameter(long[].class, "a")
        .addStatement("$1T x = $1T.fromArray($1T.SPECIES_64, a, 0)", LONGS)
        .addStatement("$1T y = x.lanewise($2T.ADD, 1).lanewise($2T.SUB, x)", LONGS, OPERATORS)
        .addStatement("y = y.lanewise($1T.NEG).lanewise($1T.ABS).lanewise($1T.LSHL, 1)", OPERATORS)
        .addStatement("y.blend(x, x.compare($T.LT, y)).intoArray(a, 0)", OPERATORS)
        .addStatement("a[0] += y.reduceLanes($1T.ADD) + y.reduceLanes($1T.MAX)", OPERATORS)
        .build();
  }

  /** A kernel may be compiled before it has stored often enough for a profile. */
  private static MethodSpec storeFloats() {
    return method("storeFloats", "What kernels do too seldom to have a profile of it themselves.")
        .addParameter(float[].class, "a")
        .addStatement("$1T.fromArray($2L, a, 0).intoArray(a, 0)", FLOATS, RegisterRenderer.SPECIES)
        .build();
  }

  private static MethodSpec useFloats() {
    return method("useFloats", "What kernels do with registers.")
        .addParameter(float[].class, "a")
        .addStatement("$1T x = $1T.fromArray($2L, a, 0)", FLOATS, RegisterRenderer.SPECIES)
        .addStatement("$1T y = x.add(x).sub(1).mul(x).div(x).min(x).max(x).fma(x, x)", FLOATS)
        .addStatement("y = y.neg().abs().lanewise($T.SQRT)", OPERATORS)
        .addStatement("y = y.blend(x, y.compare($T.LE, x))", OPERATORS)
        .addStatement("y = y.rearrange($L)", order(0))
        .addStatement("$T bits = y.reinterpretAsInts().add(1).and(3).or(1)", INTS)
        .addStatement("y = bits.lanewise($T.LSHL, 1).reinterpretAsFloats()", OPERATORS)
        .addStatement("y.intoArray(a, 0)")
        .addStatement("a[0] = y.reduceLanes($1T.ADD) + y.reduceLanes($1T.MAX)", OPERATORS)
        .build();
  }

  private static MethodSpec useStored() {
    return method("useStored", "What kernels do with weights that are bytes or halves.")
        .addParameter(byte[].class, "bytes")
        .addParameter(short[].class, "halves")
        .addParameter(float[].class, "a")
        .addStatement(
            "$1T<$2T> ints = $1T.of(int.class, $3L.vectorShape())",
            VECTOR_SPECIES,
            Integer.class,
            RegisterRenderer.SPECIES)
        .addStatement("$T x = $T.fromArray($L, bytes, 0)", BYTES, BYTES, narrow("byte", 8))
        .addStatement("$T y = $T.fromArray($L, halves, 0)", SHORTS, SHORTS, narrow("short", 16))
        .addStatement("$1T i = ($1T) x.convertShape($2T.B2I, ints, 0)", INTS, OPERATORS)
        .addStatement("$1T j = ($1T) y.convertShape($2T.S2I, ints, 0)", INTS, OPERATORS)
        .addStatement("$1T f = ($1T) i.convert($2T.I2F, 0)", FLOATS, OPERATORS)
        .addStatement(
            "f.mul(j.lanewise($T.LSHL, 13).and(3).reinterpretAsFloats()).intoArray(a, 0)",
            OPERATORS)
        .build();
  }

  /** The species of as many elements of so many bits as a register of floats has. */
  private static CodeBlock narrow(String type, int bits) {
    return CodeBlock.of(
        "$T.of($L.class, $T.forBitSize($T.max(64, $L * a.length)))",
        VECTOR_SPECIES,
        type,
        VECTOR_SHAPE,
        Math.class,
        bits);
  }

  private static MethodSpec.Builder method(String name, String javadoc) {
    return MethodSpec.methodBuilder(name)
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .addJavadoc("$L\n", javadoc);
  }
}
