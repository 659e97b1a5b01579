/** Seeded random ONNX models on which compiler, interpreter and ONNX Runtime must agree. */
package dev.coppice.compiler.random;
