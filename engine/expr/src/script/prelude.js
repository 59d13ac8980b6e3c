// What a script finds besides the language: the facades, Spin nodes, BpmnError and the clock of the engine.
(function (global, host, now) {
  'use strict';

  class BpmnError extends Error {
    constructor(code, message) {
      super(message === undefined ? String(code) : String(message));
      this.name = 'BpmnError';
      this.errorCode = String(code);
      this.errorMessage = message === undefined ? null : String(message);
    }
    getErrorCode() { return this.errorCode; }
    getMessage() { return this.errorMessage; }
  }

  class SpinList extends Array {
    size() { return this.length; }
    get(index) { return this[index]; }
    isEmpty() { return this.length === 0; }
  }

  class SpinNode {
    constructor(node) { Object.defineProperty(this, 'node', { value: node, writable: true }); }
    prop(name, value) {
      if (arguments.length > 1) { this.node[name] = plain(value); return this; }
      if (this.node === null || typeof this.node !== 'object' || !(name in this.node)) {
        throw new Error("SPIN/JACKSON-JSON-01004 Unable to find property '" + name + "'");
      }
      return new SpinNode(this.node[name]);
    }
    hasProp(name) { return this.node !== null && typeof this.node === 'object' && name in this.node; }
    deleteProp(name) { delete this.node[name]; return this; }
    fieldNames() { return Object.keys(this.node); }
    elements() { return SpinList.from(this.array(), (item) => new SpinNode(item)); }
    append(value) { this.array().push(plain(value)); return this; }
    removeAt(index) { this.array().splice(index, 1); return this; }
    array() {
      if (!Array.isArray(this.node)) { throw wrongType(this.node, 'Array'); }
      return this.node;
    }
    stringValue() { return typed(this.node, 'string', 'String'); }
    numberValue() { return typed(this.node, 'number', 'Number'); }
    boolValue() { return typed(this.node, 'boolean', 'Boolean'); }
    value() {
      if (this.isObject() || this.isArray()) { throw wrongType(this.node, 'Value'); }
      return this.node;
    }
    isNull() { return this.node === null; }
    isArray() { return Array.isArray(this.node); }
    isObject() { return this.node !== null && typeof this.node === 'object' && !this.isArray(); }
    isString() { return typeof this.node === 'string'; }
    isNumber() { return typeof this.node === 'number'; }
    isBoolean() { return typeof this.node === 'boolean'; }
    isValue() { return !this.isObject() && !this.isArray(); }
    unwrap() { return this; }
    mapTo() { return this.node; }
    toString() { return JSON.stringify(this.node); }
    toJSON() { return this.node; }
  }

  function wrongType(node, expected) {
    return new Error("SPIN/JACKSON-JSON-01005 Unable to parse node to type '" + expected + "': " + JSON.stringify(node));
  }

  function typed(node, kind, name) {
    if (typeof node !== kind) { throw wrongType(node, name); }
    return node;
  }

  function plain(value) { return value instanceof SpinNode ? value.node : value; }

  function spin(input) {
    if (input instanceof SpinNode) { return input; }
    return new SpinNode(typeof input === 'string' ? JSON.parse(input) : input);
  }

  // Readers of Java collections on arrays and on maps that came from variables; not enumerable, so loops do not see them.
  const readers = {
    size() { return this.length; },
    get(index) { return this[index]; },
    isEmpty() { return this.length === 0; },
    contains(item) { return this.includes(item); },
    add(item) { this.push(item); return true; },
  };
  const mapReaders = {
    size() { return Object.keys(this).length; },
    get(key) { return key in this ? this[key] : null; },
    isEmpty() { return Object.keys(this).length === 0; },
    containsKey(key) { return Object.prototype.hasOwnProperty.call(this, key); },
    keySet() { return Object.keys(this); },
    values() { return Object.values(this); },
    put(key, value) { const old = this[key]; this[key] = value; return old === undefined ? null : old; },
    remove(key) { const old = this[key]; delete this[key]; return old === undefined ? null : old; },
  };
  const hidden = (target, methods) => {
    for (const name of Object.keys(methods)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, configurable: true });
    }
    return target;
  };
  hidden(Array.prototype, readers);
  const mapPrototype = hidden({}, mapReaders);

  function call(facade, method, args) {
    return host.invoke(facade, method, args);
  }

  function correlation(facade, name) {
    const request = { messageName: name, variables: {}, correlationKeys: {} };
    const builder = {
      processInstanceBusinessKey(key) { request.businessKey = key; return builder; },
      processInstanceId(id) { request.processInstanceId = id; return builder; },
      processDefinitionId(id) { request.processDefinitionId = id; return builder; },
      processInstanceVariableEquals(key, value) { request.correlationKeys[key] = value; return builder; },
      processInstanceVariablesEqual(map) { Object.assign(request.correlationKeys, map); return builder; },
      setVariable(key, value) { request.variables[key] = value; return builder; },
      setVariables(map) { Object.assign(request.variables, map); return builder; },
      tenantId(id) { request.tenantId = id; return builder; },
      withoutTenantId() { request.withoutTenantId = true; return builder; },
      startMessageOnly() { request.startMessageOnly = true; return builder; },
      correlate() { return call(facade, 'correlateMessage', [request]); },
      correlateWithResult() { return builder.correlate(); },
      correlateExclusively() { return builder.correlate(); },
      correlateAll() { request.all = true; return builder.correlate(); },
      correlateStartMessage() { request.startMessageOnly = true; return builder.correlate(); },
    };
    return builder;
  }

  function runtimeService(facade) {
    return new Proxy({}, {
      get(_, name) {
        if (typeof name === 'symbol') { return undefined; }
        if (name === 'createMessageCorrelation') { return (message) => correlation(facade, message); }
        if (name === 'correlateMessage') {
          return (message, businessKey, keys, variables) => {
            const builder = correlation(facade, message);
            if (typeof businessKey === 'string') { builder.processInstanceBusinessKey(businessKey); }
            if (keys) { builder.processInstanceVariablesEqual(keys); }
            if (variables) { builder.setVariables(variables); }
            return builder.correlate();
          };
        }
        return (...args) => call(facade, name, args);
      },
    });
  }

  function services(facade) {
    const runtime = runtimeService(facade);
    return { getRuntimeService() { return runtime; }, runtimeService: runtime };
  }

  function facade(id) {
    return new Proxy({}, {
      get(_, name) {
        if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') { return undefined; }
        if (name === 'getProcessEngineServices') { return () => services(id); }
        if (name === 'processEngineServices') { return services(id); }
        const property = host.property(id, name);
        if (property !== undefined) { return property; }
        return (...args) => call(id, name, args);
      },
    });
  }

  // The engine's time, not the machine's.
  const RealDate = Date;
  const EngineDate = new Proxy(RealDate, {
    construct(target, args) { return args.length === 0 ? new target(now) : new target(...args); },
    apply() { return new RealDate(now).toString(); },
    get(target, name) { return name === 'now' ? () => now : target[name]; },
  });
  RealDate.prototype.constructor = EngineDate;
  global.Date = EngineDate;

  // No script measures what the machine does: within a run it is one and the same moment.
  global.performance = Object.freeze({ now: () => 0, timeOrigin: now });

  const java = { util: { Date: EngineDate } };
  const types = {
    'org.camunda.bpm.engine.delegate.BpmnError': BpmnError,
    'java.util.Date': EngineDate,
  };
  global.BpmnError = BpmnError;
  global.S = spin;
  global.org = { camunda: {
    bpm: { engine: { delegate: { BpmnError } } },
    spin: { Spin: { S: spin, JSON: spin } },
  } };
  global.java = java;
  global.Java = { type(name) {
    if (name in types) { return types[name]; }
    throw new Error("the Java class '" + name + "' is not supported in scripts");
  } };
  global.print = () => undefined;
  global.console = { log() {}, info() {}, warn() {}, error() {}, debug() {} };

  return {
    facade,
    spin: (text) => new SpinNode(JSON.parse(text)),
    isSpin: (value) => value instanceof SpinNode,
    map: () => Object.create(mapPrototype),
    bpmnError: (value) => (value instanceof BpmnError ? value : undefined),
    RealDate,
  };
})
