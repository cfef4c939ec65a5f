/**
 * The compiled enums of a module: `var X; (function(X) { X["A"] = "a"; … })(X || (X = {}))`. Each with its name, its values by member and
 * the edit that turns it into one expression without effects, so that an unused one goes.
 */
export function readEnums(source, body) {
  return body.flatMap((node, i) => {
    const call = node.type === 'ExpressionStatement' && node.expression.type === 'CallExpression' ? node.expression : undefined
    const name = call?.callee.type === 'FunctionExpression' ? call.callee.params[0]?.name : undefined
    const variable = body[i - 1]
    if (name === undefined || variable?.type !== 'VariableDeclaration' || variable.declarations[0].id.name !== name) return []
    const { start, end, body: lines } = call.callee.body
    const text = `var ${name} = /* @__PURE__ */ (function(${name}) {${source.slice(start + 1, end - 1)}; return ${name} })({});`
    return [{ name, values: new Map(lines.map(readMember)), edit: { start: variable.start, end: node.end, text } }]
  })
}

/** `X["A"] = "a"`, or `X[X["A"] = 1] = "A"` of a numeric enum. */
function readMember({ expression: { left, right } }) {
  if (left.property.type === 'Literal') return [left.property.value, literalOf(right)]
  return [left.property.left.property.value, literalOf(left.property.right)]
}

/** A literal, one with a minus, or `"\r".charCodeAt(0)`. */
function literalOf(node) {
  if (node.type === 'Literal') return node.value
  if (node.type === 'UnaryExpression' && node.operator === '-') return -node.argument.value
  if (node.type === 'CallExpression' && node.callee.property.name === 'charCodeAt') return node.callee.object.value.charCodeAt(0)
  throw new Error(`unable to read an enum; a value is a ${node.type}`)
}

/**
 * Edits that put values in place of `X.A`, everywhere but inside the enums, and but where a statement has something else of the same
 * name: what is meant there would take more than this to tell.
 */
export function replaceEnumUses(body, enums) {
  const inside = (node) => enums.some(({ edit }) => node.start >= edit.start && node.end <= edit.end)
  return body.filter((statement) => !inside(statement)).flatMap((statement) => usesIn(statement, enums))
}

function usesIn(statement, enums) {
  const own = new Set()
  const uses = []
  visit(statement, (node) => {
    for (const name of declaredBy(node)) own.add(name)
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier') uses.push(node)
  })
  const byName = new Map(enums.filter(({ name }) => !own.has(name)).map(({ name, values }) => [name, values]))
  return uses.flatMap(({ start, end, object, property }) => {
    const values = byName.get(object.name)
    return values?.has(property.name) ? [{ start, end, text: JSON.stringify(values.get(property.name)) }] : []
  })
}

/** Plain names a node declares: variables, parameters, functions, classes. */
function declaredBy(node) {
  const names = [
    ...(node.params ?? []),
    node.type === 'VariableDeclarator' || /^(Function|Class)Declaration$/.test(node.type) ? node.id : undefined,
  ]
  return names.flatMap((pattern) =>
    pattern?.type === 'Identifier' ? [pattern.name] : pattern?.type === 'AssignmentPattern' ? [pattern.left.name] : [],
  )
}

function visit(node, act) {
  act(node)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (typeof child?.type === 'string') visit(child, act)
  }
}
