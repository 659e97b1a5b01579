def has = { String path -> assert new File(basedir, path).isFile() : path + ' is absent' }
has('target/generated-sources/coppice/it/Adder.java')
has('target/generated-sources/coppice/it/Seq.java')
has('target/classes/it/Adder.class')
has('target/classes/it/Main.class')
def log = new File(basedir, 'build.log').text
assert log.contains('Compiled add.onnx to it.Adder.')
assert log.contains('input       a f32[1,3]')
assert log.contains('operators   Add 1, Relu 1')
assert log.contains('threads     2, which share 0 of the calls')
return true
