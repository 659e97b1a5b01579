def classes = new File(basedir, 'target/classes')
def version = { String name -> new File(classes, 'it/' + name + '.class').bytes[7] }
assert version('Product') == 52
assert version('Product_Portable') == 52
assert version('Product_Portable_K0') == 52
assert version('Product_Vector') == 61
assert version('Product_Vector_K0') == 61

def runtime = new File(localRepositoryPath, 'dev/coppice/coppice-runtime-min')
        .listFiles().findAll { it.directory }.collectMany { it.listFiles() as List }
        .find { it.name ==~ /coppice-runtime-min-.*(?<!sources)(?<!javadoc)\.jar/ }
def run = { List<String> options ->
    def java = new File(System.getProperty('java.home'), 'bin/java').path
    def process = ([java] + options + ['-cp', classes.path + File.pathSeparator + runtime.path, 'it.Main']).execute()
    def out = process.in.text.trim()
    assert process.waitFor() == 0
    return out
}
def portable = run([])
assert portable.startsWith('portable ')
def module = ['--add-modules', 'jdk.incubator.vector']
assert run(module + '-Dcoppice.backend=vector') == portable.replace('portable', 'vector')
assert run(module + '-Dcoppice.backend=portable') == portable
assert !new File(basedir, 'build.log').text.contains('does not compile without')
return true
