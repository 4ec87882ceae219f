// Loads aws-cdk-lib, and on top the named library, and of it the named class.
require('./measure');
require('aws-cdk-lib');
const [library, name] = process.argv.slice(2);
const loaded = library && require(library);
if (name) void loaded[name];
