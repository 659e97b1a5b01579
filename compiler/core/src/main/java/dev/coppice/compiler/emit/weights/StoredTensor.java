package dev.coppice.compiler.emit.weights;

/**
 * A section of the weight file.
 *
 * @param name what it holds: an ONNX initializer and what was made of it, or several of a type that
 *     is read as a whole
 * @param elements number of elements that it holds itself; 0 if it is the order of those of another
 * @param form how they are stored, for people
 * @param bits what the section and its entry in the directory take
 */
public record StoredTensor(String name, int elements, String form, WeightBits bits) {}
