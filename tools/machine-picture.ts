/** The picture of a state machine, from its definition: the way forward is bold, the way back dashed. */

type State = Record<string, any>;
interface Machine { readonly StartAt: string; readonly States: Record<string, State> }
interface Edge { readonly from: string; readonly to: string; readonly label?: string; readonly back: boolean }

const STYLE = `
  bgcolor=white
  compound=true
  node [shape=box style="rounded,filled" fillcolor=white color="#44546a" fontname="Helvetica" fontsize=11 margin="0.15,0.08"]
  edge [color="#44546a" fontname="Helvetica" fontsize=9 fontcolor="#44546a"]`;

/** What an error that is caught says of the step, by where the machine keeps it. */
const CAUGHT: Record<string, string> = { failed: 'final error', unknown: 'any other error', parked: 'fails for good', lost: '' };

export function machinePicture(definition: string): string {
  const machine: Machine = JSON.parse(definition);
  return `digraph {${STYLE}\n${draw(machine, '', '  ').join('\n')}\n}\n`;
}

function draw({ States }: Machine, path: string, indent: string): string[] {
  const key = (name: string) => JSON.stringify(`${path}${name}`);
  const nodes = Object.entries(States).flatMap(([name, state]) => state.Branches ? group(name, state, path, indent) : [`${indent}${key(name)} [${look(name, state)}]`]);
  const edges = Object.entries(States).flatMap(([name, state]) => edgesOf(name, state)).map(({ from, to, label = '', back }) => {
    const ends = [States[from].Branches && `ltail=${JSON.stringify(`cluster ${path}${from}`)}`, States[to].Branches && `lhead=${JSON.stringify(`cluster ${path}${to}`)}`];
    const attributes = [`label=${JSON.stringify(label)}`, back ? 'style=dashed' : 'penwidth=1.6', ...ends.filter(Boolean)];
    return `${indent}${anchor(from, States, path, -1)} -> ${anchor(to, States, path, 0)} [${attributes.join(' ')}]`;
  });
  return [...nodes, ...edges];
}

/** Graphviz draws no edge to a box around others: it goes to the first or last of them and is cut off at the box. */
function anchor(name: string, states: Record<string, State>, path: string, end: 0 | -1): string {
  const [branch]: Machine[] = states[name].Branches ?? [];
  return branch ? anchor(Object.keys(branch.States).at(end)!, branch.States, `${path}${name}/0/`, end) : JSON.stringify(`${path}${name}`);
}

function group(name: string, { Branches }: State, path: string, indent: string): string[] {
  const inner = Branches.flatMap((branch: Machine, n: number) => draw(branch, `${path}${name}/${n}/`, `${indent}  `));
  const title = `label=${JSON.stringify(name)} labeljust=l fontname="Helvetica-Bold" fontsize=11 color="#8faadc" style=rounded`;
  return [`${indent}subgraph ${JSON.stringify(`cluster ${path}${name}`)} {`, `${indent}  ${title}`, ...inner, `${indent}}`];
}

function edgesOf(from: string, { Next, Default, Choices = [], Catch = [] }: State): Edge[] {
  const back = /^(Undo|Park|Report|All|Count) /.test(from);
  const caught = new Map<string, string>(Catch.map(({ Next: to, ResultPath }: State) => [to, CAUGHT[ResultPath?.split('.')[2]] ?? '']));
  return [
    ...[Next, Default].filter(Boolean).map((to) => ({ from, to, back })),
    ...Choices.map(({ Next: to }: State) => ({ from, to, back: true })),
    ...[...caught].filter(([to]) => to !== Next).map(([to, label]) => ({ from, to, label, back: true })),
  ];
}

function look(name: string, { Type }: State): string {
  const colour = name.startsWith('Undo ') ? '#e8f0fb' : /^Park |failed$/.test(name) ? '#fdeaea' : undefined;
  const shape = { Choice: 'shape=diamond style=filled margin=0', Pass: 'shape=plaintext style=""', Succeed: 'shape=plaintext style=""', Fail: 'shape=box style="rounded,filled,bold"' }[Type as string];
  return [`label=${JSON.stringify(name)}`, shape, colour && `fillcolor="${colour}"`].filter(Boolean).join(' ');
}
