/** What the documentation of event patterns describes, and what is easily got wrong, as JSON texts: how a number is written is part of the case. */
import { Pair } from './pairs';

const as = (field: string) => (value: string) => `{"${field}":${value}}`;

/** Patterns, each with the events it is tried on. */
const cases: Record<string, string[]> = {
  // Plain values: to the letter, of the same type.
  '{"source":["shop.orders"]}': [
    '{"source":"shop.orders"}', '{"source":"Shop.orders"}', '{"source":"shop.orders.eu"}', '{"source":["shop.orders","x"]}',
    '{"source":null}', '{}',
  ],
  '{"source":["a","b"],"detail-type":["c"]}': [
    '{"source":"b","detail-type":"c"}', '{"source":"b"}', '{"source":"c","detail-type":"b"}', '{"source":"a","detail-type":"c","more":1}',
  ],
  '{"detail":{"total":[300]}}': [
    '300', '300.0', '3.0e2', '3e2', '3E+2', '"300"', '301', '[1,300]', '-300', 'null',
  ].map((total) => `{"detail":${as('total')(total)}}`),
  '{"detail":{"total":["300"]}}': ['{"detail":{"total":"300"}}', '{"detail":{"total":300}}', '{"detail":{"total":"300.0"}}'],
  '{"detail":{"total":[3.0e2]}}': ['{"detail":{"total":300}}', '{"detail":{"total":30}}'],
  '{"n":[0]}': ['0', '-0', '0.0', '0e9', '"0"', '""', 'false', 'null'].map(as('n')),
  '{"flag":[true]}': ['true', 'false', '"true"', '1', 'null', '[false,true]'].map(as('flag')),
  '{"flag":[null]}': ['null', '"null"', '""', '0', '[]', '{}', '[null]'].map(as('flag')),
  '{"name":[""]}': ['""', 'null', '" "', '[]', '[""]'].map(as('name')),
  '{"name":["",null]}': ['{"name":""}', '{"name":null}', '{}'],
  // Numbers: bounds, signs, and as many digits as a double has.
  '{"n":[{"numeric":["<",10]}]}': ['9.999', '10', '10.0', '-1e300', '"9"', '[11,9]', 'null'].map(as('n')),
  '{"n":[{"numeric":["<=",10]}]}': ['10', '10.000000000000002', '1e1', '"10"'].map(as('n')),
  '{"n":[{"numeric":[">",-0.5]}]}': ['0', '-0', '-0.5', '-0.49999', '-5e-1', '-0.51'].map(as('n')),
  '{"n":[{"numeric":[">=",0,"<",5]}]}': ['0', '-0', '5', '4.9999999', '-1e-300'].map(as('n')),
  '{"n":[{"numeric":[">",0,"<=",5]}]}': ['0', '1e-300', '5', '5.0000001'].map(as('n')),
  '{"n":[{"numeric":["=",3.018e2]}]}': ['301.8', '301.80', '3018e-1', '301.81', '"301.8"'].map(as('n')),
  '{"n":[{"numeric":["=",9007199254740992]}]}': [
    '9007199254740992', '9007199254740991', '9007199254740994', '9.007199254740992e15',
  ].map(as('n')),
  '{"n":[0.1]}': ['0.1', '0.10', '1e-1', '0.2', '0.1000000001'].map(as('n')),
  // Beginnings and ends, wildcards.
  '{"region":[{"prefix":"eu-"}]}': ['"eu-west-1"', '"EU-west-1"', '"eu-"', '"eu"', '["us","eu-x"]', '3', 'null'].map(as('region')),
  '{"file":[{"suffix":".png"}]}': ['"a.png"', '".png"', '"a.PNG"', '"a.png "', '"png"'].map(as('file')),
  '{"file":[{"suffix":""},{"prefix":""}]}': ['""', '"a"', '1', 'null'].map(as('file')),
  '{"file":[{"prefix":{"equals-ignore-case":"eVent"}}]}': ['{"file":"EVENTbridge"}', '{"file":"event"}', '{"file":"even"}'],
  '{"file":[{"suffix":{"equals-ignore-case":".PnG"}}]}': ['{"file":"a.png"}', '{"file":".PNG"}', '{"file":"a.pn"}'],
  '{"name":[{"equals-ignore-case":"Straße"}]}': ['"STRASSE"', '"straße"', '"strasse"', '"STRAẞE"', '"Straße "'].map(as('name')),
  '{"name":[{"equals-ignore-case":"a😀"}]}': ['"a😀"', '"A😀"', '"a??"'].map(as('name')),
  '{"path":[{"wildcard":"dir/*.png"}]}': [
    '"dir/a.png"', '"dir/.png"', '"dir/a/b.png"', '"dir.png"', '"xdir/a.png"', '"dir/a.png.gz"',
  ].map(as('path')),
  '{"path":[{"wildcard":"*/lib/*"}]}': ['"/lib/"', '"a/lib/b"', '"a/lib"', '"lib/"', '"/lib/lib/"'].map(as('path')),
  '{"path":[{"wildcard":"*"}]}': ['""', '"x"', '5', 'null', '[]', 'true'].map(as('path')),
  '{"path":[{"wildcard":"2\\\\*\\\\\\\\*"}]}': ['"2*\\\\"', '"2*\\\\x"', '"2x\\\\"', '"2*x"'].map(as('path')),
  '{"path":[{"wildcard":"a*ba*b"}]}': ['"abab"', '"aba"', '"ab"', '"aXbaXb"', '"abaab"'].map(as('path')),
  '{"path":[{"wildcard":"ab*ba"}]}': ['"aba"', '"abba"', '"ab ba"', '"abab"'].map(as('path')),
  '{"path":[{"wildcard":"ab*b*"}]}': ['"ab"', '"abb"', '"abxby"', '"abx"'].map(as('path')),
  '{"path":[{"wildcard":"*ab*ab*"}]}': ['"ab"', '"abab"', '"aab b"', '"xabxabx"'].map(as('path')),
  // Anything but: some value must be there, of whatever type.
  '{"state":[{"anything-but":"initializing"}]}': [
    '{"state":"running"}', '{"state":"initializing"}', '{}', '{"state":null}', '{"state":5}', '{"state":[]}', '{"state":{"x":"running"}}',
    '{"state":["initializing","x"]}', '{"state":["initializing"]}',
  ],
  '{"n":[{"anything-but":123}]}': ['123', '123.0', '"123"', '124', '[123,124]'].map(as('n')),
  '{"n":[{"anything-but":[100,200]}]}': ['100', '1e2', '300', '"100"', 'null'].map(as('n')),
  '{"state":[{"anything-but":{"prefix":"init"}}]}': ['{"state":"initial"}', '{"state":"ini"}', '{"state":5}', '{}'],
  '{"state":[{"anything-but":{"suffix":["ed","ing"]}}]}': ['{"state":"stopped"}', '{"state":"running"}', '{"state":"new"}'],
  '{"state":[{"anything-but":{"equals-ignore-case":["A","b"]}}]}': ['{"state":"a"}', '{"state":"B"}', '{"state":"c"}'],
  '{"path":[{"anything-but":{"wildcard":["*/lib/*","*.tmp"]}}]}': ['{"path":"a/lib/b"}', '{"path":"x.tmp"}', '{"path":"x"}'],
  '{"state":[{"anything-but":"a"},{"anything-but":"b"}]}': ['{"state":"a"}', '{"state":"b"}'],
  // Whether there is a value: only leaves are values.
  '{"detail":{"id":[{"exists":true}]}}': [
    '{"detail":{"id":null}}', '{"detail":{"id":""}}', '{"detail":{"id":{}}}', '{"detail":{"id":{"x":1}}}', '{"detail":{"id":[]}}',
    '{"detail":{"id":[1]}}', '{"detail":{}}', '{}',
  ],
  '{"detail":{"id":[{"exists":false}]}}': [
    '{"detail":{"id":null}}', '{"detail":{"id":{"x":1}}}', '{"detail":{"id":[]}}', '{"detail":{}}', '{}', '{"detail":"x"}',
    '{"detail":{"id":[{}]}}',
  ],
  '{"detail":[{"exists":true}]}': ['{"detail":{"a":1}}', '{"detail":"a"}'],
  '{"id":[{"exists":false},"x"]}': ['{}', '{"id":"x"}', '{"id":"y"}'],
  '{"a":["x"],"b":[{"exists":false}]}': ['{"a":"x"}', '{"a":"x","b":"y"}', '{"b":"y"}'],
  // Elements of one array go together.
  '{"items":{"sku":["A"],"quantity":[{"numeric":[">",1]}]}}': [
    '{"items":[{"sku":"A","quantity":2}]}',
    '{"items":[{"sku":"A","quantity":1},{"sku":"B","quantity":5}]}',
    '{"items":[{"sku":"B","quantity":5},{"sku":"A","quantity":3}]}',
    '{"items":{"sku":["A","B"],"quantity":[1,2]}}',
    '{"items":[[{"sku":"A"}],[{"quantity":2}]]}', '{"items":[{"sku":"A"}],"quantity":2}', '{"items":[]}',
  ],
  '{"items":{"id":[{"exists":false}],"sku":["A"]}}': [
    '{"items":[{"sku":"A"}]}', '{"items":[{"sku":"A"},{"id":1}]}', '{"items":[{"id":1,"sku":"A"}]}',
  ],
  '{"items":{"sku":["A"],"z":[{"exists":false}]}}': [
    '{"items":[{"sku":"A"},{"z":1}]}', '{"items":[{"sku":"A","z":1}]}', '{"items":[{"sku":"A","z":1},{"sku":"A"}]}',
  ],
  '{"a":{"x":[1]},"b":{"x":[1]}}': ['{"a":[{"x":1},{"x":2}],"b":[{"x":2},{"x":1}]}', '{"a":[{"x":2}],"b":[{"x":1}]}'],
  '{"o":{"l":{"p":[1],"q":[1]},"m":[1]}}': [
    '{"o":[{"l":[{"p":1},{"q":1}],"m":1}]}', '{"o":[{"l":[{"p":1,"q":1}],"m":2},{"l":[],"m":1}]}',
    '{"o":[{"l":[{"p":2},{"p":1,"q":1}],"m":1}]}',
  ],
  '{"tags":["a"]}': ['["b","a"]', '[["a"]]', '[["b"],[["a"]]]', '[{"a":"a"}]', '["a","a"]', '[]'].map(as('tags')),
  '{"a":{"p":[1],"q":[1],"z":[1]}}': ['{"a":[{"p":1},{"z":1}],"a.q":1}', '{"a":[{"p":1,"z":1}],"a.q":1}'],
  '{"a":["x"],"a.b":[1]}': ['{"a":["x",{"b":1}]}', '{"a":[{"b":1}]}'],
  // Paths are texts with dots.
  '{"a":{"b":[1]}}': ['{"a.b":1}', '{"a":{"b":1}}', '{"a":{"b.c":1}}', '{"a":{"b":{"c":1}}}', '{"a.b":2,"a":{"b":1}}'],
  '{"a.b":[1]}': ['{"a":{"b":1}}', '{"a.b":1}', '{"a":1}'],
  '{"a.b":[1],"a":{"b":[2]}}': ['{"a":{"b":1}}', '{"a":{"b":2}}'],
  '{"detail":{"prefix":["x"],"<":[1]}}': ['{"detail":{"prefix":"x","<":1}}', '{"detail":{"prefix":"x"}}'],
  // Alternatives.
  '{"source":["s"],"$or":[{"a":["x"]},{"b":["y"],"c":["z"]}]}': [
    '{"source":"s","a":"x"}', '{"source":"s","b":"y"}', '{"source":"s","b":"y","c":"z"}', '{"a":"x"}', '{"source":"s"}',
  ],
  '{"detail":{"$or":[{"a":[{"numeric":[">",0]}]},{"$or":[{"b":["x"]},{"c":["x"]}],"d":["y"]}]}}': [
    '{"detail":{"a":1}}', '{"detail":{"b":"x"}}', '{"detail":{"c":"x","d":"y"}}', '{"a":1}',
  ],
  '{"$or":[{"a":["x"]},{"b":["x"]}],"detail":{"$or":[{"c":["x"]},{"d":["x"]}]}}': [
    '{"a":"x"}', '{"b":"x","detail":{"d":"x"}}', '{"detail":{"c":"x"}}',
  ],
  '{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}': ['{"a":"y"}', '{"a":"x","b":"z"}', '{"a":"x"}', '{"a":"y","b":"z"}'],
  '{"$or":[{"a":["y"]},{"b":["z"]}],"a":["x"]}': ['{"a":"y"}', '{"a":"x","b":"z"}', '{"a":"x"}'],
  '{"$or":[{"a":{"$or":[{"b":["x"]},{"c":["x"]}]}},{"d":[{"exists":false}],"e":["x"]}]}': [
    '{"a":{"c":"x"}}', '{"e":"x"}', '{"d":1,"e":"x"}', '{"d":1,"a":[{"c":1},{"b":"x"}]}',
  ],
  // Addresses.
  '{"ip":[{"cidr":"10.0.0.0/24"}]}': [
    '"10.0.0.255"', '"10.0.1.0"', '"010.0.0.1"', '"10.0.0"', '"10.0.0.256"', '"::ffff:a00:1"', '"10.0.0.1 "', '10',
  ].map(as('ip')),
  '{"ip":[{"cidr":"10.0.0.77/31"}]}': ['"10.0.0.76"', '"10.0.0.77"', '"10.0.0.78"'].map(as('ip')),
  '{"ip":[{"cidr":"0.0.0.0/0"}]}': ['"1.2.3.4"', '"2001:db8::1"', '"x"', '5', '"5"'].map(as('ip')),
  '{"ip":[{"cidr":"2001:db8::/33"}]}': [
    '"2001:db8::1"', '"2001:DB8:7fff::"', '"2001:db8:8000::"', '"32.1.13.184"', '"2001:db8"',
  ].map(as('ip')),
  '{"ip":[{"cidr":"10.0.0.0/8/"}]}': ['{"ip":"10.1.1.1"}'],
  '{"ip":["10.0.0.1"]}': ['"10.0.0.1"', '"010.0.0.01"', '"10.0.0.2"', '"::ffff:a00:1"', '"a00:1::"'].map(as('ip')),
  '{"ip":["2001:db8::1"]}': ['"2001:db8::1"', '"2001:0DB8:0:0:0:0:0:1"', '"2001:db8::2"'].map(as('ip')),
  '{"ip":[{"anything-but":"10.0.0.1"}]}': ['"10.0.0.1"', '"010.0.0.1"'].map(as('ip')),
  '{"ip":[{"cidr":"10.0.0.0/+8"}]}': ['{"ip":"10.1.1.1"}'],
  '{"ip":[{"cidr":"10.0.0.0/-0"}]}': ['{"ip":"99.1.1.1"}'],
  '{"ip":[{"cidr":"::/0"}]}': ['"::1"', '"255.255.255.255"', '"0.0.0.0"', '"10.0.0.1"'].map(as('ip')),
  '{"ip":[{"cidr":"1::/16"}]}': [
    '"1:2:3:4:5:6:7:8"', '"1:2:3:4::5:6:7:8"', '"1:2:3:4:5:6:7::"', '"1:2:3:4:5:6:7"', '"1:00002::"',
  ].map(as('ip')),
  '{"ip":[{"cidr":"10.0.0.0/9"}]}': ['"010.000.000.001"', '"0010.000.000.001"', '"10.128.0.0"'].map(as('ip')),
  // Quotes count as part of a text.
  '{"q":[{"prefix":"a\\""}]}': ['{"q":"a"}', '{"q":"a\\""}', '{"q":"ab"}'],
  '{"q":[{"suffix":"\\"a"}]}': ['{"q":"a"}', '{"q":"\\"a"}'],
  '{"Größe":["groß"]}': ['{"Größe":"groß"}', '{"Größe":"gross"}', '{"Grösse":"groß"}'],
};

export const cornerPairs: Pair[] = Object.entries(cases).flatMap(([pattern, events]) => events.map((event) => [pattern, event] as const));
