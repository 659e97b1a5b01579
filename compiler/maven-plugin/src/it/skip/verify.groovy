def log = new File(basedir, 'build.log').text
assert log.count('Compiled add.onnx to it.Adder.') == 1
assert log.count('it.Adder is up to date.') == 1
assert log.indexOf('Compiled add.onnx') < log.indexOf('it.Adder is up to date.')
return true
