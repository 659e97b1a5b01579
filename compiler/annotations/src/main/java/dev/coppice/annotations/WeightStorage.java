package dev.coppice.annotations;

/** Where the weights of a compiled model are kept. */
public enum WeightStorage {
  /** In one binary resource beside the generated class. */
  RESOURCE,

  /**
   * In string constants of generated classes, for JVMs without resources. Loading takes longer and
   * the constants stay in memory, so this suits models of up to a few megabytes.
   */
  SOURCE
}
